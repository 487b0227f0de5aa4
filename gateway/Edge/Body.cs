using System.Text.Json;

using FlashSale.Contract;

namespace FlashSale.Gateway.Edge;

/// <summary>A request's JSON object, or the problem with it; an absent body is an empty object.</summary>
public readonly record struct Body(JsonElement Json, Problem? Problem)
{
    /// <summary>A string field; null when absent or null.</summary>
    /// <param name="problem">Set when it is of another type.</param>
    public string? Text(string name, ref Problem? problem)
    {
        if (Json.ValueKind != JsonValueKind.Object || !Json.TryGetProperty(name, out var value)
            || value.ValueKind == JsonValueKind.Null) return null;
        if (value.ValueKind == JsonValueKind.String) return value.GetString();
        problem = Problem.Malformed;
        return null;
    }

    /// <summary>A field that is true or false; false when absent or null.</summary>
    /// <param name="problem">Set when it is of another type.</param>
    public bool Flag(string name, ref Problem? problem)
    {
        if (Json.ValueKind != JsonValueKind.Object || !Json.TryGetProperty(name, out var value)
            || value.ValueKind is JsonValueKind.Null or JsonValueKind.False) return false;
        if (value.ValueKind != JsonValueKind.True) problem = Problem.Malformed;
        return value.ValueKind == JsonValueKind.True;
    }
}

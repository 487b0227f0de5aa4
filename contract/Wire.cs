using System.Text.Json;
using System.Text.Json.Serialization;

namespace FlashSale.Contract;

/// <summary>How the contract's JSON is written and read.</summary>
public static class Wire
{
    /// <summary>A request body is this large at the most, in bytes.</summary>
    public const int MaxBodyBytes = 8 * 1024;

    /// <summary>Objects and arrays within each other, at the most.</summary>
    public const int MaxDepth = 16;

    /// <summary>camelCase; unknown fields ignored; enums by their contract names.</summary>
    public static JsonSerializerOptions Json { get; } = Configure(new JsonSerializerOptions());

    /// <summary>Makes <paramref name="options"/> read and write as the contract says.</summary>
    public static JsonSerializerOptions Configure(JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.PropertyNamingPolicy = JsonNamingPolicy.CamelCase;
        options.PropertyNameCaseInsensitive = false;
        options.NumberHandling = JsonNumberHandling.Strict;
        options.MaxDepth = MaxDepth;
        options.Converters.Add(new UtcTime());
        return options;
    }

    /// <summary>ISO 8601 in UTC with milliseconds: <c>2030-01-31T12:00:00.000Z</c>.</summary>
    public static string Format(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", System.Globalization.CultureInfo.InvariantCulture);

    private sealed class UtcTime : JsonConverter<DateTimeOffset>
    {
        public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.GetDateTimeOffset().ToUniversalTime();

        public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
            writer.WriteStringValue(Format(value));
    }
}

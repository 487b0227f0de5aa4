using System.Text;
using System.Text.Json;

using FlashSale.Contract;
using FlashSale.Pages;

namespace FlashSale.Checkout.Storefronts;

/// <summary>Applies the fields of a body to a storefront; every wrong one adds one line to <see cref="Errors"/>.</summary>
internal sealed class StorefrontSettings(JsonElement body)
{
    public const int MaxName = 200;
    public const int MaxOrigins = 50;

    /// <summary>HS256 needs a key of 256 bits.</summary>
    public const int MinSecretBytes = 32;
    public const int MaxSecretBytes = 512;
    public const int MaxUrl = 2048;

    private readonly List<string> _errors = [];

    public IReadOnlyList<string> Errors => _errors;

    public Storefront ApplyTo(Storefront storefront)
    {
        var secret = Text("enqueueSecret", null,
            text => Encoding.UTF8.GetByteCount(text) is >= MinSecretBytes and <= MaxSecretBytes,
            $"must be a text of {MinSecretBytes} to {MaxSecretBytes} bytes");
        var jwks = Text("jwksUrl", null,
            text => text.Length <= MaxUrl && Uri.TryCreate(text, UriKind.Absolute, out var url)
                && url.Scheme is "http" or "https",
            "must be an absolute http(s) URL");
        if (secret is not null && jwks is not null) _errors.Add("enqueueSecret, jwksUrl: give one of them");
        var keyed = secret is not null || jwks is not null;
        return storefront with
        {
            Name = Text("name", storefront.Name,
                text => text.Length is >= 1 and <= MaxName && !text.Any(char.IsControl),
                $"must be a text of 1 to {MaxName} characters")!,
            ReturnOrigins = Origins(storefront.ReturnOrigins),
            EnqueueSecret = keyed ? secret : storefront.EnqueueSecret,
            JwksUrl = keyed ? jwks : storefront.JwksUrl,
            Look = Look(storefront.Look),
        };
    }

    private string? Text(string name, string? now, Func<string, bool> valid, string rule)
    {
        if (!body.TryGetProperty(name, out var value) || (now is null && value.ValueKind is JsonValueKind.Null)) return now;
        if (value.ValueKind is JsonValueKind.String && value.GetString() is { } text && valid(text)) return text;
        _errors.Add($"{name}: {rule}");
        return now;
    }

    private Look? Look(Look? now)
    {
        if (!body.TryGetProperty("look", out var value)) return now;
        if (value.ValueKind is JsonValueKind.Null) return null;
        try
        {
            var look = value.ValueKind is JsonValueKind.Object ? value.Deserialize<Look>(Wire.Json) : null;
            _errors.AddRange(look is null ? ["look: must be an object"] : look.Mistakes());
            return look;
        }
        catch (JsonException)
        {
            _errors.Add("look: must have texts (logo, picture, homeUrl, accent, accentDark) and texts: language → key → text");
            return now;
        }
    }

    private IReadOnlyList<string> Origins(IReadOnlyList<string> now)
    {
        if (!body.TryGetProperty("returnOrigins", out var value)) return now;
        if (value.ValueKind is JsonValueKind.Array && value.GetArrayLength() <= MaxOrigins)
        {
            var origins = value.EnumerateArray()
                .Select(item => item.ValueKind is JsonValueKind.String ? Origin.Normal(item.GetString()) : null).ToList();
            if (!origins.Contains(null)) return [.. origins.Distinct().Select(origin => origin!)];
        }
        _errors.Add($"returnOrigins: must be at most {MaxOrigins} origins such as https://shop.example (no path; unusual letters as xn--…)");
        return now;
    }
}

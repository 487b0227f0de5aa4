using System.Globalization;

namespace FlashSale.Conformance;

/// <summary>A cookie as an answer sets it.</summary>
/// <param name="header">One <c>Set-Cookie</c> header's value.</param>
internal sealed class SetCookie(string header)
{
    private readonly string[] _parts = header.Split(';', StringSplitOptions.TrimEntries);

    public string Name => _parts[0].Split('=', 2)[0];

    /// <summary>True when the attribute is there, with a value or without.</summary>
    public bool Has(string attribute) => _parts.Skip(1).Any(part => Is(part, attribute));

    /// <summary>An attribute's value; empty when it has none.</summary>
    public string Value(string attribute) =>
        _parts.Skip(1).FirstOrDefault(part => Is(part, attribute))?.Split('=', 2).ElementAtOrDefault(1) ?? "";

    /// <summary>When the browser ends it; null when it does so by itself.</summary>
    /// <param name="now">When it was set, about.</param>
    public DateTimeOffset? Ends(DateTimeOffset now)
    {
        if (long.TryParse(Value("max-age"), CultureInfo.InvariantCulture, out var age)) return now.AddSeconds(Math.Min(age, int.MaxValue));
        return DateTimeOffset.TryParse(Value("expires").Replace('-', ' '), CultureInfo.InvariantCulture, out var end) ? end : null;
    }

    private static bool Is(string part, string attribute) =>
        part.Split('=', 2)[0].Equals(attribute, StringComparison.OrdinalIgnoreCase);
}

using System.Globalization;
using System.Text.RegularExpressions;

namespace FlashSale.Contract.Pages;

/// <summary>
/// How the line's pages look for a storefront's shoppers. Everything is optional; together with the rest of a
/// <see cref="Storefront"/> it fits a request body of <see cref="Wire.MaxBodyBytes"/>.
/// </summary>
public sealed partial record Look
{
    /// <summary>The logo as a <c>data:</c> URI (SVG, PNG or WebP), at most 4 KB: pages load nothing from elsewhere.</summary>
    public string? Logo { get; init; }

    /// <summary>Where "back to the shop" leads: http(s), or a path behind the edge.</summary>
    public string? HomeUrl { get; init; }

    /// <summary>The accent on light and on dark ground, <c>#rrggbb</c>; at least 3:1 against the ground.</summary>
    public string? Accent { get; init; }
    public string? AccentDark { get; init; }

    /// <summary>The storefront's own texts: language code → key of the page's text → text.</summary>
    public IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>>? Texts { get; init; }

    /// <summary>The grounds against which accents are seen.</summary>
    public const string LightGround = "#f6f5f0", DarkGround = "#131310";
    private const int MaxLogo = 4 * 1024;

    /// <summary>What is wrong with it: one sentence each, naming the field. Empty when it can be used.</summary>
    public IEnumerable<string> Mistakes()
    {
        if (Logo is not null && (Logo.Length > MaxLogo || !DataUri().IsMatch(Logo)))
            yield return "look.logo: must be a base64 data: URI of an SVG, PNG or WebP image, at most 4 KB";
        if (HomeUrl is not null && !IsSafeLink(HomeUrl)) yield return "look.homeUrl: must be an http(s) URL or a path";
        if (Accent is not null && !(Colour().IsMatch(Accent) && Contrast(Accent, LightGround) >= 3))
            yield return $"look.accent: must be #rrggbb with at least 3:1 against {LightGround}";
        if (AccentDark is not null && !(Colour().IsMatch(AccentDark) && Contrast(AccentDark, DarkGround) >= 3))
            yield return $"look.accentDark: must be #rrggbb with at least 3:1 against {DarkGround}";
        foreach (var code in (Texts?.Keys ?? []).Where(code => Language.All.All(known => known.Code != code)))
            yield return $"look.texts: there is no language '{code}'";
    }

    /// <summary>Black or white, whichever is easier to read on <paramref name="ground"/>.</summary>
    public static string InkOn(string ground) =>
        Contrast(ground, "#ffffff") >= Contrast(ground, "#000000") ? "#ffffff" : "#000000";

    /// <summary>The contrast of two <c>#rrggbb</c> colours as WCAG 2.2 defines it, 1–21.</summary>
    public static double Contrast(string one, string other)
    {
        var (light, dark) = (Luminance(one), Luminance(other));
        return (Math.Max(light, dark) + 0.05) / (Math.Min(light, dark) + 0.05);
    }

    private static double Luminance(string colour)
    {
        double Channel(int at)
        {
            var value = int.Parse(colour.AsSpan(at, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture) / 255.0;
            return value <= 0.04045 ? value / 12.92 : Math.Pow((value + 0.055) / 1.055, 2.4);
        }

        return (0.2126 * Channel(1)) + (0.7152 * Channel(3)) + (0.0722 * Channel(5));
    }

    private static bool IsSafeLink(string link) =>
        (link.StartsWith('/') && !link.StartsWith("//", StringComparison.Ordinal) && !link.Contains('\\')) ||
        (Uri.TryCreate(link, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri.UserInfo == "");

    [GeneratedRegex(@"^#[0-9a-fA-F]{6}\z")]
    private static partial Regex Colour();

    [GeneratedRegex(@"^data:image/(svg\+xml|png|webp);base64,[A-Za-z0-9+/]+={0,2}\z")]
    private static partial Regex DataUri();
}

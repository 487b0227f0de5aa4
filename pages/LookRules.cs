using System.Globalization;
using System.Text.RegularExpressions;

using FlashSale.Contract;

namespace FlashSale.Pages;

/// <summary>Which looks the pages can wear: readable, safe, and in languages that they are written in.</summary>
public static partial class LookRules
{
    /// <summary>The grounds against which accents are seen.</summary>
    public const string LightGround = "#f6f5f0", DarkGround = "#131310";
    private const int MaxLogo = 4 * 1024;
    private static readonly Dictionary<string, IReadOnlyDictionary<string, string>> s_none = [];

    /// <summary>What is wrong with it: one sentence each, naming the field. Empty when it can be used.</summary>
    public static IEnumerable<string> Mistakes(this Look look)
    {
        ArgumentNullException.ThrowIfNull(look);
        return Listed(look);

        static IEnumerable<string> Listed(Look look)
        {
            if (look.Logo is { } logo && (logo.Length > MaxLogo || !DataUri().IsMatch(logo)))
                yield return "look.logo: must be a base64 data: URI of an SVG, PNG or WebP image, at most 4 KB";
            if (look.Picture is { } picture && !(IsPath(picture) && IsSafeLink(picture))
                && (picture.Length > MaxLogo || !DataUri().IsMatch(picture)))
                yield return "look.picture: must be a path behind the edge, or as look.logo";
            if (look.HomeUrl is { } home && !IsSafeLink(home))
                yield return "look.homeUrl: must be an http(s) URL or a path";
            if (look.Accent is { } accent && !IsSeenOn(LightGround, accent))
                yield return $"look.accent: must be #rrggbb with at least 3:1 against {LightGround}";
            if (look.AccentDark is { } dark && !IsSeenOn(DarkGround, dark))
                yield return $"look.accentDark: must be #rrggbb with at least 3:1 against {DarkGround}";
            foreach (var code in look.Texts?.Keys ?? [])
                if (Language.All.All(known => known.Code != code))
                    yield return $"look.texts: there is no language '{code}'";
            foreach (var (code, texts) in look.Texts ?? s_none)
                if (texts is null || texts.Values.Any(text => text is null || text.Any(char.IsControl)))
                    yield return $"look.texts.{code}: must be an object of texts without control characters";
        }
    }

    /// <summary>The contrast of two <c>#rrggbb</c> colours as WCAG 2.2 defines it, 1–21.</summary>
    public static double Contrast(string one, string other)
    {
        var (light, dark) = (Luminance(one), Luminance(other));
        return (Math.Max(light, dark) + 0.05) / (Math.Min(light, dark) + 0.05);
    }

    private static bool IsSeenOn(string ground, string accent) =>
        Colour().IsMatch(accent) && Contrast(accent, ground) >= 3;

    private static double Luminance(string colour)
    {
        double Channel(int at)
        {
            var value = int.Parse(colour.AsSpan(at, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture) / 255.0;
            return value <= 0.04045 ? value / 12.92 : Math.Pow((value + 0.055) / 1.055, 2.4);
        }

        return (0.2126 * Channel(1)) + (0.7152 * Channel(3)) + (0.0722 * Channel(5));
    }

    private static bool IsPath(string link) =>
        link.StartsWith('/') && !link.StartsWith("//", StringComparison.Ordinal) && !link.Contains('\\');

    private static bool IsSafeLink(string link) =>
        !link.Any(letter => char.IsControl(letter) || char.IsWhiteSpace(letter)) && (IsPath(link) ||
        (Uri.TryCreate(link, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri.UserInfo == ""));

    [GeneratedRegex(@"^#[0-9a-fA-F]{6}\z")]
    private static partial Regex Colour();

    [GeneratedRegex(@"^data:image/(svg\+xml|png|webp);base64,[A-Za-z0-9+/]+={0,2}\z")]
    private static partial Regex DataUri();
}

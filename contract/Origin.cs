using System.Buffers;
using System.Globalization;
using System.Text;

namespace FlashSale.Contract;

/// <summary>Origins as browsers send them, so that they can be compared letter by letter.</summary>
public static class Origin
{
    private const int MaxLength = 300;
    private static readonly SearchValues<char> s_never = SearchValues.Create("/?#@\\%");
    private static readonly IdnMapping s_idn = new();

    /// <summary>
    /// First and last letters of the blocks in which browsers write a letter as another one, or as one with the letter before it
    /// (accents and kana marks of their own, Hangul in parts, letters in other widths and shapes). There are no tables here to do
    /// the same with, so that such a host would be kept as one that no browser ever sends.
    /// </summary>
    private static readonly (int First, int Last)[] s_rewritten =
    [
        (0xaa, 0xaa), (0xb2, 0xb5), (0xb9, 0xbe), (0x300, 0x36f), (0x1100, 0x11ff), (0x2070, 0x209f), (0x2100, 0x218f), (0x2460, 0x24ff),
        (0x3099, 0x309c), (0x3200, 0x33ff), (0xf900, 0xfdff), (0xfe00, 0xfeff), (0xff00, 0xffef), (0x1d400, 0x1d7ff),
        (0x1f100, 0x1f2ff), (0x2f800, 0x2fa1f), (0xe0000, 0xe0fff),
    ];

    /// <summary>
    /// <c>scheme://host[:port]</c> in lower case, an international host in punycode, a scheme's own port left out; null for
    /// anything but an http(s) origin, which may end in a slash, and for a host in letters that browsers write otherwise.
    /// </summary>
    public static string? Normal(string? text)
    {
        if (text is not { Length: > 0 and <= MaxLength }) return null;
        var origin = text.EndsWith('/') ? text[..^1] : text;
        var end = origin.IndexOf("://", StringComparison.Ordinal) + "://".Length;
        if (end < "://".Length || origin.AsSpan(end).ContainsAny(s_never)
            || origin.Any(letter => char.IsControl(letter) || char.IsWhiteSpace(letter)) || origin.EnumerateRunes().Any(IsRewritten)
            || !Uri.TryCreate(origin, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https")) return null;
        var host = url.HostNameType == UriHostNameType.IPv6 ? url.Host : Ascii(url.IdnHost);
        if (string.IsNullOrEmpty(host)) return null;
        return $"{url.Scheme}://{host}{(url.IsDefaultPort ? "" : string.Create(CultureInfo.InvariantCulture, $":{url.Port}"))}";
    }

    /// <summary>As browsers write a host; null for what no browser would take as one.</summary>
    private static string? Ascii(string host)
    {
        try
        {
            var ascii = System.Text.Ascii.IsValid(host) ? host : s_idn.GetAscii(host);
            return ascii.ToLowerInvariant();
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    private static bool IsRewritten(Rune letter) => Rune.GetUnicodeCategory(letter) == UnicodeCategory.Format
        || s_rewritten.Any(block => letter.Value >= block.First && letter.Value <= block.Last);
}

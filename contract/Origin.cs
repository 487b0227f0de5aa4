using System.Buffers;
using System.Globalization;

namespace FlashSale.Contract;

/// <summary>Origins as browsers send them, so that they can be compared letter by letter.</summary>
public static class Origin
{
    private const int MaxLength = 300;
    private static readonly SearchValues<char> s_never = SearchValues.Create("/?#@\\%");
    private static readonly IdnMapping s_idn = new();

    /// <summary>
    /// <c>scheme://host[:port]</c> in lower case, an international host in punycode, a scheme's own port left out; null for
    /// anything but an http(s) origin, which may end in a slash.
    /// </summary>
    public static string? Normal(string? text)
    {
        if (text is not { Length: > 0 and <= MaxLength }) return null;
        var origin = text.EndsWith('/') ? text[..^1] : text;
        var end = origin.IndexOf("://", StringComparison.Ordinal) + "://".Length;
        if (end < "://".Length || origin.AsSpan(end).ContainsAny(s_never)
            || origin.Any(letter => char.IsControl(letter) || char.IsWhiteSpace(letter))
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
}

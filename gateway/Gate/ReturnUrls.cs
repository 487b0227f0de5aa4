using System.Buffers;
using System.Globalization;
using System.Text;

using FlashSale.Contract;
using FlashSale.Gateway.Edge;

namespace FlashSale.Gateway.Gate;

/// <summary>
/// Decides where shoppers may be sent, and how such an address is written: one grammar for the gate and the services that send
/// a shopper to the line, and for the line that sends the shopper back.
/// <para>
/// An address is a path that starts with one slash, or begins with an allowed origin letter by letter and goes on with
/// <c>/ ? #</c> or its end. So there is no room for credentials, other schemes or hosts, whatever follows. What follows is kept
/// byte for byte; only what a URL can't carry plainly (a space, a quote, <c>| { } ^ `</c>, a letter that is not ASCII, a
/// backslash behind the <c>?</c>, a lone <c>%</c> of the path) is percent-encoded as a browser does. Refused are what browsers
/// drop or bend instead of sending it: controls, a backslash in the path, dot segments in any spelling; and an own path that
/// would start with two slashes once it is decoded.
/// </para>
/// </summary>
public static class ReturnUrls
{
    /// <summary>
    /// Longer ones, in their normal form, give way to the cart (<see cref="Accept"/>). In characters: encoded once more, as a
    /// parameter of the line's address, it then still fits the 8 KB that servers read of a request's first line.
    /// </summary>
    public const int MaxLength = 2048;

    /// <summary>RFC 3986's characters and '%'.</summary>
    private static readonly SearchValues<char> s_plain = SearchValues.Create(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~:/?#[]@!$&'()*+,;=%");

    private static readonly string[] s_secondSlashes = ["/", "\\", "%2f", "%5c", "%25"];

    /// <param name="ownOrigin">This edge's <c>scheme://host[:port]</c>.</param>
    /// <param name="origins">The storefront's registered origins.</param>
    public static bool TryAccept(string? text, string ownOrigin, IReadOnlyList<string> origins, out ReturnUrl url)
    {
        url = default;
        if (Normal(text, ownOrigin, origins) is not { } normal || normal.Value.Length > MaxLength) return false;
        url = normal;
        return true;
    }

    /// <summary>
    /// As <see cref="TryAccept"/>; an allowed address that is too long gives way to <paramref name="cart"/>, one of another origin
    /// to the same page without its query, or to that origin's first page. Null when not allowed.
    /// </summary>
    public static ReturnUrl? Accept(string? text, string ownOrigin, IReadOnlyList<string> origins, string cart)
    {
        if (Normal(text, ownOrigin, origins) is not { } normal) return null;
        if (normal.Value.Length <= MaxLength) return normal;
        if (normal.IsOwn) return new ReturnUrl(cart, true);
        var page = normal.Value[..EndOfPath(normal.Value)];
        return new ReturnUrl(page.Length <= MaxLength ? page : origins.First(one => RestAfter(page, one) is not null) + "/", false);
    }

    /// <summary>
    /// A request's own target as an address to come back to: the path and query as they were sent. Slashes at its start are
    /// one, or a browser would take what follows them for a host.
    /// </summary>
    public static ReturnUrl OfTarget(string rawTarget)
    {
        var target = rawTarget.AsSpan(RequestTargets.StartOfPath(rawTarget));
        while (target is ['/', .. var rest] && s_secondSlashes.FirstOrDefault(IsStartOf(rest)) is { } slash)
            target = slash.Length == 1 ? rest : $"/{rest[slash.Length..]}";
        return new ReturnUrl(target is ['/', ..] ? Encoded(target) : "/", true);
    }

    private static Func<string, bool> IsStartOf(ReadOnlySpan<char> text)
    {
        var start = text[..Math.Min(3, text.Length)].ToString();
        return slash => start.StartsWith(slash, StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>An allowed address in its normal form, however long; null when not allowed.</summary>
    private static ReturnUrl? Normal(string? text, string ownOrigin, IReadOnlyList<string> origins)
    {
        ArgumentNullException.ThrowIfNull(origins);
        if (string.IsNullOrEmpty(text)) return null;
        if (text[0] == '/') return Own(text);
        if (RestAfter(text, ownOrigin) is { } own) return Own(own is ['/', ..] ? own : "/" + own);
        // Registered origins are in punycode; who writes the address may have the host in its own letters.
        text = WithAsciiHost(text);
        foreach (var origin in origins)
            if (RestAfter(text, origin) is { } rest) return IsSafe(rest) ? new ReturnUrl(origin + Encoded(rest), false) : null;
        return null;
    }

    private static string WithAsciiHost(string text)
    {
        var host = text.IndexOf("://", StringComparison.Ordinal) + "://".Length;
        if (host < "://".Length) return text;
        var end = text.IndexOfAny(['/', '?', '#'], host) is >= 0 and var at ? at : text.Length;
        return Ascii.IsValid(text.AsSpan(host, end - host)) || Origin.Normal(text[..end]) is not { } origin
            ? text : origin + text[end..];
    }

    private static ReturnUrl? Own(string path) =>
        s_secondSlashes.Any(IsStartOf(path.AsSpan(1))) || !IsSafe(path) ? null : new ReturnUrl(Encoded(path), true);

    private static bool IsSafe(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsControl(text[i])) return false;
            if (!char.IsSurrogate(text[i])) continue;
            if (i + 1 == text.Length || !char.IsSurrogatePair(text[i], text[i + 1])) return false;
            i++;
        }
        return RequestTargets.IsPath(text.AsSpan(0, EndOfPath(text)));
    }

    private static int EndOfPath(string text) => text.IndexOfAny(['?', '#']) is >= 0 and var end ? end : text.Length;

    /// <summary>The text with what a URL can't carry percent-encoded, as UTF-8.</summary>
    private static string Encoded(ReadOnlySpan<char> text)
    {
        var path = text.IndexOfAny('?', '#') is >= 0 and var end ? end : text.Length;
        if (!text.ContainsAnyExcept(s_plain) && !text[..path].Contains('%')) return text.ToString();
        var made = new StringBuilder(text.Length + 16);
        Span<byte> bytes = stackalloc byte[4];
        for (var at = 0; at < text.Length;)
        {
            Rune.DecodeFromUtf16(text[at..], out var rune, out var length);
            if (rune.IsAscii && s_plain.Contains((char)rune.Value) && !(at < path && IsLonePercent(text[at..])))
                made.Append((char)rune.Value);
            else
                foreach (var code in bytes[..rune.EncodeToUtf8(bytes)]) made.Append(CultureInfo.InvariantCulture, $"%{code:X2}");
            at += length;
        }
        return made.ToString();
    }

    private static bool IsLonePercent(ReadOnlySpan<char> text) =>
        text is ['%', ..] && text is not ['%', (>= '0' and <= '9') or (>= 'a' and <= 'f') or (>= 'A' and <= 'F'),
            (>= '0' and <= '9') or (>= 'a' and <= 'f') or (>= 'A' and <= 'F'), ..];

    /// <summary>What follows the origin; null when the text doesn't begin with exactly it.</summary>
    private static string? RestAfter(string text, string origin)
    {
        if (origin.Length == 0 || !text.StartsWith(origin, StringComparison.Ordinal)) return null;
        var rest = text[origin.Length..];
        return rest.Length == 0 || rest[0] is '/' or '?' or '#' ? rest : null;
    }
}

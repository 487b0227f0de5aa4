using System.Buffers;

using FlashSale.Gateway.Edge;

namespace FlashSale.Gateway.Gate;

/// <summary>
/// Decides where shoppers may be sent. Nothing is parsed and nothing normalised: an accepted URL is a path that starts
/// with one slash, or begins with an allowed origin letter by letter and goes on with <c>/ ? #</c> or its end. So there is
/// no room for credentials, other schemes or hosts. What browsers bend (backslashes, tabs, dots, double slashes, encoded
/// delimiters in the path) is refused wherever it stands.
/// </summary>
public static class ReturnUrls
{
    /// <summary>Longer ones are refused, in characters.</summary>
    public const int MaxLength = 2048;

    /// <summary>RFC 3986's characters and '%': no space, quote, angle bracket, backslash, control or non-ASCII letter.</summary>
    private static readonly SearchValues<char> s_allowed = SearchValues.Create(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~:/?#[]@!$&'()*+,;=%");

    /// <param name="ownOrigin">This edge's <c>scheme://host[:port]</c>.</param>
    /// <param name="origins">The storefront's registered origins.</param>
    public static bool TryAccept(string? text, string ownOrigin, IReadOnlyList<string> origins, out ReturnUrl url)
    {
        ArgumentNullException.ThrowIfNull(origins);
        url = default;
        if (text is not { Length: > 0 and <= MaxLength } || text.AsSpan().ContainsAnyExcept(s_allowed)) return false;
        if (text[0] == '/') return IsPlain(text) && Accept(text, true, out url);
        if (RestAfter(text, ownOrigin) is { } own)
            return IsPlain(own) && Accept(own.StartsWith('/') ? own : "/" + own, true, out url);
        foreach (var origin in origins)
            if (RestAfter(text, origin) is { } rest) return IsPlain(rest) && Accept(text, false, out url);
        return false;
    }

    /// <summary>Judged as the target of the request that will follow: a browser keeps the fragment to itself.</summary>
    private static bool IsPlain(ReadOnlySpan<char> text) =>
        RequestTargets.IsPlain(text.IndexOf('#') is >= 0 and var hash ? text[..hash] : text);

    private static bool Accept(string value, bool isOwn, out ReturnUrl url)
    {
        url = new ReturnUrl(value, isOwn);
        return true;
    }

    /// <summary>What follows the origin; null when the text doesn't begin with exactly it.</summary>
    private static string? RestAfter(string text, string origin)
    {
        if (origin.Length == 0 || !text.StartsWith(origin, StringComparison.Ordinal)) return null;
        var rest = text[origin.Length..];
        return rest.Length == 0 || rest[0] is '/' or '?' or '#' ? rest : null;
    }
}

namespace FlashSale.Gateway.Gate;

/// <summary>A URL to which a shopper may be sent back.</summary>
/// <param name="Value">A path on this edge, or a whole URL of a registered origin.</param>
/// <param name="IsOwn">On this edge: the admission travels in the cookie, not in the URL.</param>
public readonly record struct ReturnUrl(string Value, bool IsOwn)
{
    public const string AdmissionParameter = "admission";

    /// <summary>The URL with the admission in place of any it had; other parameters and the fragment are kept.</summary>
    public string With(string token)
    {
        var (path, query, fragment) = Split(Without());
        return $"{path}{query}{(query.Length == 0 ? "?" : query == "?" ? "" : "&")}"
            + $"{AdmissionParameter}={Uri.EscapeDataString(token)}{fragment}";
    }

    /// <summary>The URL without an admission; letter by letter the same when it has none.</summary>
    public string Without()
    {
        var (path, query, fragment) = Split(Value);
        if (query.Length == 0) return Value;
        var pairs = query[1..].Split('&');
        var kept = pairs.Where(pair => Uri.UnescapeDataString(pair.Split('=')[0]) != AdmissionParameter).ToArray();
        if (kept.Length == pairs.Length) return Value;
        return $"{path}{(kept.Length == 0 ? "" : "?")}{string.Join('&', kept)}{fragment}";
    }

    /// <summary>Where to send the admitted shopper.</summary>
    public string Continue(string token) => IsOwn ? Without() : With(token);

    private static (string Path, string Query, string Fragment) Split(string url)
    {
        var hash = url.IndexOf('#', StringComparison.Ordinal);
        var fragment = hash < 0 ? "" : url[hash..];
        var rest = hash < 0 ? url : url[..hash];
        var mark = rest.IndexOf('?', StringComparison.Ordinal);
        return mark < 0 ? (rest, "", fragment) : (rest[..mark], rest[mark..], fragment);
    }
}

using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;

namespace FlashSale.Admission;

/// <summary>Builds the addresses of the redirect protocol.</summary>
internal sealed class LineUrls(IOptions<WaitingRoomOptions> options, EnqueueTokenSigner? enqueue)
{
    /// <summary>The query parameter with which the line hands over the admission.</summary>
    public const string TokenParameter = "admission";

    /// <summary>The longest address that the line gives back, in characters (docs/embedding.md).</summary>
    private const int MaxReturnUrl = 2048;

    private readonly WaitingRoomOptions _options = options.Value;

    /// <summary>The waiting page for a sale, returning to where the shopper wanted to go.</summary>
    public string Line(HttpContext context, string sale, bool navigation)
    {
        var url = $"{_options.Edge!.AbsoluteUri.TrimEnd('/')}/line/{sale}?returnUrl="
            + Uri.EscapeDataString(Bounded(context.Request, navigation ? Clean(context.Request) : PageOf(context.Request)));
        return enqueue is not null && _options.Shopper?.Invoke(context) is { Length: > 0 } shopper
            ? $"{url}&enqueueToken={enqueue.Sign(shopper, sale)}" : url;
    }

    /// <summary>
    /// The request's own URL as it was sent, without the token; always absolute: a path such as <c>//evil.example</c> would
    /// otherwise be another host's address in a <c>Location</c>.
    /// </summary>
    public string Clean(HttpRequest request) => Origin(request) + PathOf(request) + WithoutToken(request.QueryString.Value);

    // Decoding loses which slash was encoded, and what was encoded twice: the path is taken as it was sent, unless the
    // application or a proxy before it has moved it.
    private static string PathOf(HttpRequest request)
    {
        var path = request.PathBase.Add(request.Path);
        var sent = request.HttpContext.Features.Get<IHttpRequestFeature>()?.RawTarget.Split('?')[0];
        return sent is ['/', ..] && Decoded(sent) == path.Value ? sent : path.ToUriComponent();
    }

    // As the server does it: an encoded slash stays.
    private static string Decoded(string path) => Uri.UnescapeDataString(
        path.Replace("%2F", "%252F", StringComparison.Ordinal).Replace("%2f", "%252f", StringComparison.Ordinal));

    private string Bounded(HttpRequest request, string page)
    {
        if (page.Length > MaxReturnUrl) page = page.Split('?', '#')[0];
        return page.Length > MaxReturnUrl ? Origin(request) + "/" : page;
    }

    /// <summary>What is left of a raw query string when the token is taken out; nothing else is re-encoded.</summary>
    public static string WithoutToken(string? query)
    {
        if (string.IsNullOrEmpty(query)) return "";
        var pairs = query[(query[0] == '?' ? 1 : 0)..].Split('&');
        var kept = pairs.Where(pair => !IsToken(pair)).ToArray();
        return kept.Length == 0 ? "" : kept.Length == pairs.Length ? query : "?" + string.Join('&', kept);
    }

    private static bool IsToken(string pair)
    {
        var name = pair.AsSpan(0, pair.IndexOf('=') is var end && end < 0 ? pair.Length : end);
        return name.Equals(TokenParameter, StringComparison.OrdinalIgnoreCase)
            || (name.Contains('%') && Uri.UnescapeDataString(name.ToString())
                .Equals(TokenParameter, StringComparison.OrdinalIgnoreCase));
    }

    // A script's request comes from a page: the shopper wants to return there, not to the JSON.
    private string PageOf(HttpRequest request)
    {
        var origin = Origin(request);
        var referer = request.Headers.Referer.ToString();
        if (referer == origin || referer.StartsWith(origin + "/", StringComparison.OrdinalIgnoreCase)) return referer;
        return HttpMethods.IsGet(request.Method) ? Clean(request) : origin + "/";
    }

    private string Origin(HttpRequest request) =>
        _options.PublicOrigin?.GetLeftPart(UriPartial.Authority)
        ?? $"{request.Scheme}://{request.Host.ToUriComponent()}";
}

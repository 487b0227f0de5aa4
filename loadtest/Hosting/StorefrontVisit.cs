using System.Net;

using FlashSale.LoadTest.Clients;
using FlashSale.LoadTest.Crowd;

namespace FlashSale.LoadTest.Hosting;

/// <summary>
/// One shopper's browser at a storefront that embeds the line: it comes without an admission, comes back with one, and
/// keeps the storefront's cookies.
/// </summary>
/// <param name="http">Without a cookie jar or redirects of its own; shared by all.</param>
/// <param name="page">The protected page.</param>
/// <param name="pay">Where the storefront's server takes the payment, or null.</param>
/// <param name="heard">Told of every answer.</param>
/// <param name="behindEdge">The page is the edge's own storefront's, which gets the admission as the edge's cookie.</param>
public sealed class StorefrontVisit(
    HttpClient http, Uri page, Uri? pay, bool behindEdge, string sale, Shopper shopper, CrowdTally tally, Action<Exchange> heard)
{
    private const int MostRedirects = 5;

    private readonly Dictionary<string, string> _cookies = [];

    public bool TakesPayment => pay is not null;

    /// <summary>Whoever has no admission is sent to the line; what the storefront says of who this is goes along.</summary>
    /// <returns>What is wrong; null when nothing is. So do the others.</returns>
    public async Task<string?> ComeAsync(CancellationToken cancel)
    {
        using var answer = await SendAsync(HttpMethod.Get, page, cancel).ConfigureAwait(false);
        var to = answer.Headers.Location is { } location ? new Uri(page, location) : null;
        if (answer.StatusCode != HttpStatusCode.Redirect || to is null || !IsLine(to))
            return $"not sent to the line of {sale}, but {to}";
        shopper.EnqueueToken = Query(to, "enqueueToken") ?? shopper.EnqueueToken;
        return null;
    }

    /// <summary>The admission in the address, as the waiting page sends it, lets the shopper in: to a clean address.</summary>
    public async Task<string?> EnterAsync(CancellationToken cancel)
    {
        if (behindEdge) _cookies[$"fs-admission-{sale}"] = shopper.Token!;
        var at = new UriBuilder(page);
        at.Query = at.Query.Length > 1 ? $"{at.Query[1..]}&admission={shopper.Token}" : $"admission={shopper.Token}";
        var url = at.Uri;
        for (var redirects = 0; redirects <= MostRedirects; redirects++)
        {
            using var answer = await SendAsync(HttpMethod.Get, url, cancel).ConfigureAwait(false);
            if (answer.IsSuccessStatusCode) return null;
            if (answer.Headers.Location is not { } location) return "the admitted shopper was not let in";
            url = new Uri(url, location);
            if (IsLine(url)) return "the admitted shopper was sent back to the line";
            if (Query(url, "admission") is not null) return "the admission stayed in the address";
        }
        return $"more than {MostRedirects} redirects";
    }

    public async Task<string?> PayAsync(CancellationToken cancel)
    {
        using var answer = await SendAsync(HttpMethod.Post, pay!, cancel).ConfigureAwait(false);
        return answer.IsSuccessStatusCode ? null : $"the storefront refused the payment: {Code(answer)}";
    }

    private bool IsLine(Uri url) => url.AbsolutePath.EndsWith($"/line/{sale}", StringComparison.Ordinal);

    private static string Code(HttpResponseMessage answer) => $"{(int)answer.StatusCode}";

    private static string? Query(Uri url, string name) => url.Query.TrimStart('?').Split('&')
        .Select(pair => pair.Split('=', 2)).Where(pair => pair.Length == 2 && pair[0] == name)
        .Select(pair => Uri.UnescapeDataString(pair[1])).FirstOrDefault();

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, Uri url, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(method, url);
        request.Headers.Accept.ParseAdd("text/html");
        if (method == HttpMethod.Post) request.Headers.Add("Origin", url.GetLeftPart(UriPartial.Authority));
        // Another site never sees this one's cookies.
        if (_cookies.Count > 0 && url.Authority == page.Authority)
            request.Headers.Add("Cookie", string.Join("; ", _cookies.Select(cookie => $"{cookie.Key}={cookie.Value}")));
        var answer = await http.SendAsync(request, cancel).ConfigureAwait(false);
        tally.CountRequests(HostedShopper.Visit, 1);
        // Buffered by then, so that its length is known.
        heard(new Exchange((int)answer.StatusCode, null, answer.Content.Headers.ContentLength ?? 0));
        foreach (var cookie in answer.Headers.TryGetValues("Set-Cookie", out var set) ? set : [])
        {
            var pair = cookie.Split(';', 2)[0].Split('=', 2);
            if (pair.Length == 2) _cookies[pair[0].Trim()] = pair[1].Trim();
        }
        return answer;
    }
}

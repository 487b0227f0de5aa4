using System.Buffers.Text;
using System.Text.Json;

namespace FlashSale.Conformance;

/// <summary>The way to the line, for those without an admission.</summary>
internal sealed class WayChecks(CheckedVisit visit)
{
    private const string Query = "a=1&b=%2Fx%26y&c=%C3%A9&d=x%7Cy&e=%257B&&f=~&g";

    /// <summary>The longest address that the line gives back, and what servers read of a request's first line; characters.</summary>
    private const int LongestReturnUrl = 2048, LongestTarget = 8000;
    private static readonly TimeSpan s_longestEnqueue = TimeSpan.FromHours(1);

    private TestedStorefront Shop => visit.Shop;

    public IEnumerable<ProtocolCheck> All() =>
    [
        new("no token: to the line, and back here", NoTokenAsync),
        new("the query is kept on the way to the line, without any token", QueryKeptAsync),
        new("a long address still fits the line", LongAddressAsync),
        new("a script gets 401 with lineUrl, exposed", ScriptAsync),
        new("a script's lineUrl leads back to its page", ScriptsPageAsync),
        new("only a navigation is redirected", OnlyNavigationsAsync),
        new("a preflight is never queued", PreflightAsync),
        new("an asset's extension opens no page", AssetAsync),
        new("the enqueue token is the line's, for an hour at the most", EnqueueTokenAsync),
        new("no spelling of the URL leads elsewhere", SpellingsAsync),
    ];

    private async Task NoTokenAsync(CancellationToken cancel)
    {
        using var visitor = new Visitor();
        var sent = await Shop.LineAsync(visitor, Shop.Url, cancel).ConfigureAwait(false);
        Rule.Holds(sent.ReturnUrl == Shop.Url, $"returnUrl is {sent.ReturnUrl}");
    }

    private async Task QueryKeptAsync(CancellationToken cancel)
    {
        using var visitor = new Visitor();
        var expected = $"{Shop.Url}?{Query}";
        foreach (var url in new[] { expected, $"{expected}&admission=x", $"{Shop.Url}?admission=x&{Query}" })
        {
            var sent = await Shop.LineAsync(visitor, new Uri(url), cancel).ConfigureAwait(false);
            Rule.Holds(sent.ReturnUrl.AbsoluteUri == expected, $"returnUrl is {sent.ReturnUrl.AbsoluteUri}");
        }
    }

    private async Task LongAddressAsync(CancellationToken cancel)
    {
        using var visitor = new Visitor();
        var longest = new Uri($"{Shop.Url}?a={string.Concat(Enumerable.Repeat("%25", 1_000))}");
        var sent = await Shop.LineAsync(visitor, longest, cancel).ConfigureAwait(false);
        Rule.Holds(sent.ReturnUrl == Shop.Url || sent.ReturnUrl.AbsoluteUri.Length <= LongestReturnUrl,
            $"returnUrl has {sent.ReturnUrl.AbsoluteUri.Length} characters");
        Rule.Holds(sent.Page.AbsoluteUri.Length <= LongestTarget, $"the line's address has {sent.Page.AbsoluteUri.Length} characters");
    }

    private Task<BrowserAnswer> AskAsync(Visitor visitor, CancellationToken cancel) => visitor.SendAsync(HttpMethod.Get, Shop.Url, cancel,
        ("Accept", "application/json"), ("Sec-Fetch-Mode", "cors"), ("Referer", Shop.Url.AbsoluteUri + "?from=here"));

    private async Task ScriptAsync(CancellationToken cancel)
    {
        using var visitor = new Visitor();
        var answer = await AskAsync(visitor, cancel).ConfigureAwait(false);
        Rule.Holds(answer.Status == 401, $"expected 401, got {answer}");
        Rule.Holds(answer.MediaType == "application/problem+json", $"the content type is {answer.MediaType}");
        var problem = JsonDocument.Parse(answer.Body).RootElement;
        Rule.Holds(problem.GetProperty("code").GetString() == "admissionRequired", "the code is not admissionRequired");
        var lineUrl = problem.GetProperty("lineUrl").GetString()!;
        Rule.Holds(lineUrl.Contains($"/line/{Shop.Sale}?", StringComparison.Ordinal), $"lineUrl is {lineUrl}");
        if (visit.Line.ByCookie) return;
        var header = answer.Header("X-FlashSale-Line-Url");
        Rule.Holds(header == lineUrl, $"X-FlashSale-Line-Url is '{header}'");
        Rule.Holds(answer.Header("Access-Control-Expose-Headers").Contains("X-FlashSale-Line-Url", StringComparison.OrdinalIgnoreCase),
            "X-FlashSale-Line-Url is not exposed to other origins");
    }

    private async Task ScriptsPageAsync(CancellationToken cancel)
    {
        using var visitor = new Visitor();
        var problem = JsonDocument.Parse((await AskAsync(visitor, cancel).ConfigureAwait(false)).Body).RootElement;
        var lineUrl = new Uri(Shop.Url, problem.GetProperty("lineUrl").GetString());
        var back = LineJourney.Parameter(lineUrl, "returnUrl");
        var page = visit.Line.ByCookie ? Shop.Url : new Uri($"{Shop.Url}?from=here");
        Rule.Holds(new Uri(Shop.Url, back) == page, $"returnUrl is {back}");
    }

    private async Task OnlyNavigationsAsync(CancellationToken cancel)
    {
        using var visitor = new Visitor();
        var page = ("Accept", "text/html,*/*;q=0.8");
        var fetched = await visitor.SendAsync(HttpMethod.Get, Shop.Url, cancel, page, ("Sec-Fetch-Mode", "cors")).ConfigureAwait(false);
        Rule.Holds(fetched.Status == 401, $"a script that takes HTML got {fetched}");
        if (visit.Line.ByCookie) return; // its cart takes no form
        var posted = await visitor.SendAsync(HttpMethod.Post, Shop.Url, cancel, page).ConfigureAwait(false);
        Rule.Holds(posted is { IsRedirect: false, Status: >= 400 and < 500 }, $"a POST got {posted}");
    }

    private async Task PreflightAsync(CancellationToken cancel)
    {
        using var visitor = new Visitor();
        var answer = await visitor.SendAsync(HttpMethod.Options, Shop.Url, cancel,
            ("Origin", "https://spa.example"), ("Access-Control-Request-Method", "POST")).ConfigureAwait(false);
        Rule.Holds(!answer.IsRedirect && answer.Status != 401, $"queued: {answer}");
    }

    // Pages are HTML, assets are not.
    private async Task AssetAsync(CancellationToken cancel)
    {
        using var visitor = new Visitor();
        foreach (var tail in new[] { ".css", "/x.css", "/logo.png", ";x.js", "?x.css" })
        {
            var answer = await visitor.GoAsync(new Uri(Shop.Url.AbsoluteUri + tail), cancel).ConfigureAwait(false);
            Rule.Holds(answer.Status is < 200 or > 299 || answer.MediaType != "text/html", $"{tail} opened the page: {answer}");
        }
    }

    private async Task EnqueueTokenAsync(CancellationToken cancel)
    {
        using var visitor = new Visitor();
        var sent = await Shop.LineAsync(visitor, Shop.Url, cancel).ConfigureAwait(false);
        if (LineJourney.Parameter(sent.Page, "enqueueToken") is not { } token) return; // joined without, as the sale allows
        var claims = JsonDocument.Parse(Base64Url.DecodeFromChars(token.Split('.')[1])).RootElement;
        Rule.Holds(claims.GetProperty("aud").ToString().Contains("waitingroom", StringComparison.Ordinal), "aud is not waitingroom");
        Rule.Holds(claims.GetProperty("sale").GetString() == Shop.Sale, "sale is not this one");
        Rule.Holds(claims.GetProperty("iss").GetString() is { Length: > 0 }, "no iss");
        Rule.Holds(claims.GetProperty("sub").GetString() is { Length: >= 1 and <= 128 } shopper
            && shopper.All(letter => letter is >= ' ' and <= '~') && shopper.Trim() == shopper, "sub is no shopper's id");
        var ends = DateTimeOffset.FromUnixTimeSeconds(claims.GetProperty("exp").GetInt64());
        Rule.Holds(ends <= TimeProvider.System.GetUtcNow() + s_longestEnqueue, "exp is more than an hour ahead");
    }

    private async Task SpellingsAsync(CancellationToken cancel)
    {
        string[] tails =
        [
            "//evil.example", "/%2f%2fevil.example", "/\\evil.example", "/%5cevil.example", "@evil.example", "/..//evil.example",
            "?returnUrl=https://evil.example", "?next=//evil.example&admission=x", "?%61dmission=x//evil.example",
        ];
        using var visitor = new Visitor();
        var urls = tails.Select(tail => Shop.Url.AbsoluteUri + tail).Append(Shop.Url.GetLeftPart(UriPartial.Authority) + "//evil.example/buy");
        foreach (var url in urls)
        {
            var answer = await visitor.GoAsync(new Uri(url), cancel).ConfigureAwait(false);
            if (answer.Location is null) continue;
            var leadsHome = answer.Location.Authority == Shop.Url.Authority || answer.Location.Authority == visit.Line.Edge.Authority;
            Rule.Holds(leadsHome, $"{url} leads to {answer.Location}");
            var back = LineJourney.Parameter(answer.Location, "returnUrl");
            if (back is not null)
                Rule.Holds(new Uri(answer.Location, back).Authority == Shop.Url.Authority, $"{url} would return to {back}");
        }
    }
}

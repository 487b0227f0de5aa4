using System.Text.Json;

using FlashSale.LoadTest.Clients;

namespace FlashSale.Conformance;

/// <summary>The checks of docs/embedding.md that a shopper's browser can make, in the order of the table.</summary>
internal sealed class ProtocolChecks(TestedStorefront shop, AdmissionAnswer admitted, Visitor shopper, LineJourney line)
{
    private const string Query = "a=1&b=%2Fx%26y&c=%C3%A9&d=x%7Cy&e=%257B&&f=~&g";

    private readonly BadTokens _bad = new(admitted.Token);

    public IEnumerable<(string Name, Func<CancellationToken, Task> Run)> All() =>
    [
        ("no token: to the line, and back here", NoTokenAsync),
        ("query preserved on the way to the line", QueryKeptAsync),
        ("a good token: own cookie, clean URL, page", GoodAsync),
        ("the URL with the token is stored nowhere", NotStoredAsync),
        ("the cookie keeps the shopper in", StaysAsync),
        ("a tampered token", cancel => RefusedAsync(_bad.Tampered(), cancel)),
        ("an unsigned token (alg none)", cancel => RefusedAsync(_bad.Unsigned(), cancel)),
        ("HS256 with the public key", ConfusedAsync),
        ("a forged token under a known kid", cancel => RefusedAsync(_bad.Forged(kid: null), cancel)),
        ("a forged token under an unknown kid", cancel => RefusedAsync(_bad.Forged("conformance"), cancel)),
        ("not a token at all", cancel => RefusedAsync("not.a.token", cancel)),
        ("a used token in another browser", ReplayedAsync),
        ("a used token as a cookie or header", StolenAsync),
        ("a used token at the edge", StolenAtTheEdgeAsync),
        ("a script gets 401 with lineUrl, exposed", ScriptAsync),
        ("a preflight is never queued", PreflightAsync),
        ("no spelling of the URL leads elsewhere", SpellingsAsync),
    ];

    private async Task NoTokenAsync(CancellationToken cancel)
    {
        using var visitor = new Visitor();
        var sent = await shop.LineAsync(visitor, shop.Url, cancel).ConfigureAwait(false);
        Rule.Holds(sent.ReturnUrl == shop.Url, $"returnUrl is {sent.ReturnUrl}");
    }

    private async Task QueryKeptAsync(CancellationToken cancel)
    {
        using var visitor = new Visitor();
        var sent = await shop.LineAsync(visitor, new Uri($"{shop.Url}?{Query}"), cancel).ConfigureAwait(false);
        Rule.Holds(sent.ReturnUrl.AbsoluteUri == $"{shop.Url}?{Query}", $"returnUrl is {sent.ReturnUrl.AbsoluteUri}");
    }

    private async Task GoodAsync(CancellationToken cancel)
    {
        var with = new LineJourney(new Uri(Replaced(line.Page, $"{shop.Url}?{Query}")), shop.Sale);
        var answer = await shop.ReturnAsync(shopper, with, admitted.Token, cancel).ConfigureAwait(false);
        if (!line.ByCookie)
        {
            Rule.Holds(answer.IsRedirect && !shop.IsLine(answer), $"expected a redirect to the clean URL, got {answer}");
            Rule.Holds(answer.Location!.AbsoluteUri == $"{shop.Url}?{Query}", $"the clean URL is {answer.Location}");
            Rule.Holds(answer.Header("Set-Cookie").Contains("httponly", StringComparison.OrdinalIgnoreCase), "no HttpOnly cookie");
            answer = await shopper.GoAsync(answer.Location, cancel).ConfigureAwait(false);
        }

        Rule.Holds(TestedStorefront.IsPage(answer), $"expected the page, got {answer}");
    }

    // The same token again, in the same browser: as the back button does it.
    private async Task NotStoredAsync(CancellationToken cancel)
    {
        var answer = await shop.ReturnAsync(shopper, line, admitted.Token, cancel).ConfigureAwait(false);
        Rule.Holds(!shop.IsLine(answer), "the shopper's own browser was sent back to the line");
        Rule.Holds(answer.Header("Cache-Control").Contains("no-store", StringComparison.Ordinal), "no Cache-Control: no-store");
        if (!line.ByCookie)
            Rule.Holds(answer.Header("Referrer-Policy") == "no-referrer", "no Referrer-Policy: no-referrer");
    }

    private async Task StaysAsync(CancellationToken cancel)
    {
        for (var visit = 0; visit < 3; visit++)
        {
            var answer = await shopper.GoAsync(shop.Url, cancel).ConfigureAwait(false);
            Rule.Holds(TestedStorefront.IsPage(answer), $"visit {visit + 1} got {answer}");
        }
    }

    private async Task ConfusedAsync(CancellationToken cancel)
    {
        using var visitor = new Visitor();
        var keys = await visitor.SendAsync(HttpMethod.Get, new Uri(line.Edge, "/.well-known/jwks.json"), cancel)
            .ConfigureAwait(false);
        foreach (var key in JsonDocument.Parse(keys.Body).RootElement.GetProperty("keys").EnumerateArray())
            await RefusedAsync(_bad.Confused(key.GetRawText()), cancel).ConfigureAwait(false);
    }

    public async Task RefusedAsync(string token, CancellationToken cancel)
    {
        using var visitor = new Visitor();
        var sent = await shop.LineAsync(visitor, shop.Url, cancel).ConfigureAwait(false);
        var answer = await shop.EnterAsync(visitor, sent, token, cancel).ConfigureAwait(false);
        Rule.Holds(!TestedStorefront.IsPage(answer), $"accepted: {answer}");
    }

    // A shop behind the edge gets it as an HttpOnly cookie: there is no URL to take it from.
    private Task ReplayedAsync(CancellationToken cancel)
    {
        if (!line.ByCookie) return RefusedAsync(admitted.Token, cancel);
        Rule.Holds(admitted.ContinueUrl?.Contains("admission=", StringComparison.Ordinal) is not true, "the token is in continueUrl");
        return Task.CompletedTask;
    }

    private async Task StolenAsync(CancellationToken cancel)
    {
        if (line.ByCookie)
        {
            await ReplayedAsync(cancel).ConfigureAwait(false);
            return;
        }

        using var thief = new Visitor();
        foreach (System.Net.Cookie cookie in shopper.Cookies.GetCookies(shop.Url))
            thief.Cookies.SetCookies(shop.Url, $"{cookie.Name}={admitted.Token}; path=/");
        var byCookie = await thief.GoAsync(shop.Url, cancel).ConfigureAwait(false);
        Rule.Holds(!TestedStorefront.IsPage(byCookie), "the bare token is accepted as a cookie");

        using var other = new Visitor();
        var byHeader = await other.SendAsync(HttpMethod.Get, shop.Url, cancel, ("Authorization", $"Bearer {admitted.Token}"))
            .ConfigureAwait(false);
        Rule.Holds(!TestedStorefront.IsPage(byHeader), "the bare token is accepted as a header");
    }

    // The storefront's server has redeemed it with its API key: the token alone gets, reads and gives back nothing.
    private async Task StolenAtTheEdgeAsync(CancellationToken cancel)
    {
        if (line.ByCookie)
        {
            await ReplayedAsync(cancel).ConfigureAwait(false);
            return;
        }

        using var thief = new Visitor();
        var status = await line.RedeemAsync(thief, admitted.Token, cancel).ConfigureAwait(false);
        Rule.Holds(status is 410, $"the edge gives the unit to the token alone: {status}. "
            + "Redeem with the API key as the shopper comes in");
    }

    private async Task ScriptAsync(CancellationToken cancel)
    {
        using var visitor = new Visitor();
        var answer = await visitor.SendAsync(HttpMethod.Get, shop.Url, cancel,
            ("Accept", "application/json"), ("Sec-Fetch-Mode", "cors"), ("Referer", shop.Url.AbsoluteUri)).ConfigureAwait(false);
        Rule.Holds(answer.Status == 401, $"expected 401, got {answer}");
        var problem = JsonDocument.Parse(answer.Body).RootElement;
        Rule.Holds(problem.GetProperty("code").GetString() == "admissionRequired", "the code is not admissionRequired");
        var lineUrl = problem.GetProperty("lineUrl").GetString()!;
        Rule.Holds(lineUrl.Contains($"/line/{shop.Sale}?", StringComparison.Ordinal), $"lineUrl is {lineUrl}");
        if (!line.ByCookie)
            Rule.Holds(answer.Header("Access-Control-Expose-Headers").Contains("X-FlashSale-Line-Url", StringComparison.Ordinal),
                "X-FlashSale-Line-Url is not exposed to other origins");
    }

    private async Task PreflightAsync(CancellationToken cancel)
    {
        using var visitor = new Visitor();
        var answer = await visitor.SendAsync(HttpMethod.Options, shop.Url, cancel,
            ("Origin", "https://spa.example"), ("Access-Control-Request-Method", "POST")).ConfigureAwait(false);
        Rule.Holds(!answer.IsRedirect && answer.Status != 401, $"queued: {answer}");
    }

    private async Task SpellingsAsync(CancellationToken cancel)
    {
        string[] tails =
        [
            "//evil.example", "/%2f%2fevil.example", "/\\evil.example", "/%5cevil.example", "@evil.example", "/..//evil.example",
            "?returnUrl=https://evil.example", "?next=//evil.example&admission=x", "?%61dmission=x//evil.example",
        ];
        using var visitor = new Visitor();
        foreach (var tail in tails)
        {
            var answer = await visitor.GoAsync(new Uri(shop.Url.AbsoluteUri + tail), cancel).ConfigureAwait(false);
            if (answer.Location is null) continue;
            var leadsHome = answer.Location.Authority == shop.Url.Authority || answer.Location.Authority == line.Edge.Authority;
            Rule.Holds(leadsHome, $"{tail} leads to {answer.Location}");
            var back = LineJourney.Parameter(answer.Location, "returnUrl");
            if (back is not null)
                Rule.Holds(new Uri(answer.Location, back).Authority == shop.Url.Authority, $"{tail} would return to {back}");
        }
    }

    private static string Replaced(Uri page, string returnUrl) =>
        $"{page.GetLeftPart(UriPartial.Path)}?returnUrl={Uri.EscapeDataString(returnUrl)}";
}

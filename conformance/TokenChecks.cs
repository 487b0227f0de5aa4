using System.Text.Json;

namespace FlashSale.Conformance;

/// <summary>Tokens that open nothing, and those that have opened something already.</summary>
internal sealed class TokenChecks(CheckedVisit visit)
{
    /// <summary>Browsers that come with one token at one moment.</summary>
    private const int AtOnce = 8;

    /// <summary>A storefront that refuses what the line keeps sending gives up after three in a minute; a few more are none too many.</summary>
    private const int MostBounces = 6;

    private TestedStorefront Shop => visit.Shop;

    public IEnumerable<ProtocolCheck> All() =>
    [
        new("a tampered token", cancel => visit.RefusedAsync(visit.Bad.Tampered(), cancel)),
        new("an unsigned token (alg none)", cancel => visit.RefusedAsync(visit.Bad.Unsigned(), cancel)),
        new("HS256 with the public key", ConfusedAsync),
        new("a forged token under a known kid", cancel => visit.RefusedAsync(visit.Bad.Forged(kid: null), cancel)),
        new("a forged token under an unknown kid", cancel => visit.RefusedAsync(visit.Bad.Forged("conformance"), cancel)),
        new("not a token at all", cancel => visit.RefusedAsync("not.a.token", cancel)),
        new("a used token in another browser", ReplayedAsync),
        new("a used token with its signature rewritten", RewrittenAsync),
        new("one token in many browsers at once", OnceAsync),
        new("a used token as a cookie or header", StolenAsync),
        new("a used token at the edge", StolenAtTheEdgeAsync),
        new("no round trips for ever", BouncesAsync),
    ];

    private async Task ConfusedAsync(CancellationToken cancel)
    {
        using var visitor = new Visitor();
        var keys = await visitor.SendAsync(HttpMethod.Get, new Uri(visit.Line.Edge, "/.well-known/jwks.json"), cancel)
            .ConfigureAwait(false);
        foreach (var key in JsonDocument.Parse(keys.Body).RootElement.GetProperty("keys").EnumerateArray())
            await visit.RefusedAsync(visit.Bad.Confused(key.GetRawText()), cancel).ConfigureAwait(false);
    }

    // A shop behind the edge gets it as an HttpOnly cookie: there is no URL to take it from.
    private Task ReplayedAsync(CancellationToken cancel) =>
        NotInTheUrl() ? Task.CompletedTask : visit.RefusedAsync(visit.Admitted.Token, cancel);

    private Task RewrittenAsync(CancellationToken cancel) =>
        NotInTheUrl() ? Task.CompletedTask : visit.RefusedAsync(visit.Bad.Rewritten(), cancel);

    private bool NotInTheUrl()
    {
        if (!visit.Line.ByCookie) return false;
        Rule.Holds(visit.Admitted.ContinueUrl?.Contains("admission=", StringComparison.Ordinal) is not true, "the token is in continueUrl");
        return true;
    }

    private async Task OnceAsync(CancellationToken cancel)
    {
        if (NotInTheUrl()) return;
        var (visitor, sent, admitted) = await visit.AdmitAnotherAsync(cancel).ConfigureAwait(false);
        using (visitor)
        {
            var opened = await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(async _ =>
            {
                using var browser = new Visitor();
                return Shop.IsOpened(await Shop.ReturnAsync(browser, sent, admitted.Token, cancel).ConfigureAwait(false));
            })).ConfigureAwait(false);
            Rule.Holds(opened.Count(open => open) == 1, $"opened {opened.Count(open => open)} of {AtOnce} browsers");
            await sent.GiveBackAsync(visitor, admitted.Token, cancel).ConfigureAwait(false);
        }
    }

    private async Task StolenAsync(CancellationToken cancel)
    {
        if (NotInTheUrl()) return;
        using var thief = new Visitor();
        foreach (System.Net.Cookie cookie in visit.Shopper.Cookies.GetCookies(Shop.Url))
            thief.Cookies.SetCookies(Shop.Url, $"{cookie.Name}={visit.Admitted.Token}; path=/");
        var byCookie = await thief.GoAsync(Shop.Url, cancel).ConfigureAwait(false);
        Rule.Holds(!TestedStorefront.IsPage(byCookie), "the bare token is accepted as a cookie");

        using var other = new Visitor();
        var byHeader = await other.SendAsync(HttpMethod.Get, Shop.Url, cancel, ("Authorization", $"Bearer {visit.Admitted.Token}"))
            .ConfigureAwait(false);
        Rule.Holds(!TestedStorefront.IsPage(byHeader), "the bare token is accepted as a header");
    }

    // The storefront's server has redeemed it with its API key: the token alone gets, reads and gives back nothing.
    private async Task StolenAtTheEdgeAsync(CancellationToken cancel)
    {
        if (NotInTheUrl()) return;
        using var thief = new Visitor();
        var status = await visit.Line.RedeemAsync(thief, visit.Admitted.Token, cancel).ConfigureAwait(false);
        Rule.Holds(status is 410, $"the edge gives the unit to the token alone: {status}. "
            + "Redeem with the API key as the shopper comes in");
    }

    private async Task BouncesAsync(CancellationToken cancel)
    {
        if (visit.Line.ByCookie) return;
        using var visitor = new Visitor();
        var bad = TestedStorefront.WithToken(Shop.Url, visit.Bad.Tampered());
        for (var bounce = 1; bounce <= MostBounces; bounce++)
        {
            var answer = await visitor.GoAsync(bad, cancel).ConfigureAwait(false);
            Rule.Holds(bounce > 1 || Shop.IsLine(answer), $"the first bad token got {answer}");
            if (!answer.IsRedirect) return;
        }

        throw new BrokenRuleException($"sent to the line {MostBounces} times in a row");
    }
}

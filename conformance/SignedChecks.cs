using System.Text.Json.Nodes;

namespace FlashSale.Conformance;

/// <summary>Tokens that the line's own key has signed, each wrong in one thing; the edges are silent, so the storefront judges alone.</summary>
internal sealed class SignedChecks(CheckedVisit visit)
{
    /// <summary>Characters of a token that is longer than any admission.</summary>
    private const int TooLong = 2048;

    /// <summary>Seconds beyond the allowed skew of 5, and for the runner's own requests.</summary>
    private const int BeyondSkew = 30;

    /// <summary>Seconds that an admission lives which is to end under the shopper's eyes; more on a slow machine.</summary>
    private const int ShortestLife = 3, LongestLife = 100;
    private static readonly TimeSpan s_margin = TimeSpan.FromSeconds(1);
    private static readonly string[] s_claims = ["sub", "jti", "unit", "place", "redeemBy", "exp"];

    private TestedStorefront Shop => visit.Shop;

    public IEnumerable<ProtocolCheck> All() =>
    [
        new("an expired token", cancel => RefusedAsync(claims => Shift(claims, -3600), cancel)),
        new("a token of a later time", cancel => RefusedAsync(claims => Shift(claims, 3600), cancel)),
        new("a token that ended more than 5 s ago", cancel => RefusedAsync(claims => claims["exp"] = Now() - BeyondSkew, cancel)),
        new("a token that begins in more than 5 s", cancel => RefusedAsync(claims => claims["nbf"] = Now() + BeyondSkew, cancel)),
        new("a token for another storefront", cancel => RefusedAsync(claims => claims["aud"] = "another", cancel)),
        new("a token for another sale", cancel => RefusedAsync(claims => claims["sale"] = "another", cancel)),
        new("a token of another issuer", cancel => RefusedAsync(claims => claims["iss"] = "another", cancel)),
        new("a token without its claims", WithoutClaimsAsync),
        new("a token of more than 2,048 characters",
            cancel => RefusedAsync(claims => claims["more"] = new string('x', TooLong), cancel)),
        new("the cookie ends with the admission", EndsAsync),
    ];

    private async Task RefusedAsync(Action<JsonObject> change, CancellationToken cancel)
    {
        var token = visit.Signed(change);
        using (Silence()) await visit.RefusedAsync(token, cancel).ConfigureAwait(false);
    }

    // A shop behind the edge itself is silent with it.
    private IDisposable? Silence() => visit.Line.ByCookie ? null : visit.GivenOperator().PauseEdges();

    private async Task WithoutClaimsAsync(CancellationToken cancel)
    {
        foreach (var claim in s_claims)
        {
            try
            {
                await RefusedAsync(claims => claims.Remove(claim), cancel).ConfigureAwait(false);
            }
            catch (BrokenRuleException broken)
            {
                throw new BrokenRuleException($"without {claim}: {broken.Message}");
            }
        }
    }

    // Signed as the wrong ones are, with nothing wrong: that it is let in says that those were refused for what is wrong in them.
    private async Task EndsAsync(CancellationToken cancel)
    {
        if (visit.Line.ByCookie) return;
        for (var life = ShortestLife; life <= LongestLife; life *= 3)
        {
            using var visitor = new Visitor();
            var sent = await Shop.LineAsync(visitor, Shop.Url, cancel).ConfigureAwait(false);
            var ends = Now() + life;
            BrowserAnswer entering;
            var token = visit.Signed(claims => claims["exp"] = ends);
            using (Silence()) entering = await Shop.ReturnAsync(visitor, sent, token, cancel).ConfigureAwait(false);
            if (!Shop.IsOpened(entering) && Now() >= ends) continue; // a slow machine
            Rule.Holds(Shop.IsOpened(entering), $"a token that the line's key signed, with nothing wrong, got {entering}");

            var wait = DateTimeOffset.FromUnixTimeSeconds(ends) - TimeProvider.System.GetUtcNow() + s_margin;
            if (wait > TimeSpan.Zero) await Task.Delay(wait, cancel).ConfigureAwait(false);
            var late = await visitor.GoAsync(Shop.Url, cancel).ConfigureAwait(false);
            Rule.Holds(Shop.IsLine(late), $"after the admission's end the shopper got {late}");
            return;
        }

        throw new BrokenRuleException($"no answer within {LongestLife} s");
    }

    private static long Now() => TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();

    private static void Shift(JsonObject claims, int seconds)
    {
        foreach (var claim in new[] { "iat", "nbf", "exp", "redeemBy" })
            claims[claim] = (long)claims[claim]! + seconds;
    }
}

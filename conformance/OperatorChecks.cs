using System.Text.Json.Nodes;

using FlashSale.LoadTest.Clients;

namespace FlashSale.Conformance;

/// <summary>The checks that need the line's own keys and processes, and the crowd.</summary>
internal sealed class OperatorChecks(
    TestedStorefront shop, AdmissionAnswer admitted, Visitor shopper, LineJourney line, ProtocolChecks protocol,
    Installation? installation, int crowd)
{
    private static readonly TimeSpan s_silence = TimeSpan.FromSeconds(5);

    public IEnumerable<(string Name, Func<CancellationToken, Task> Run)> All() =>
    [
        ("an expired token", cancel => SignedButWrongAsync(claims => Shift(claims, -3600), cancel)),
        ("a token of a later time", cancel => SignedButWrongAsync(claims => Shift(claims, 3600), cancel)),
        ("a token for another storefront", cancel => SignedButWrongAsync(claims => claims["aud"] = "another", cancel)),
        ("a token for another sale", cancel => SignedButWrongAsync(claims => claims["sale"] = "another", cancel)),
        ("a token of another issuer", cancel => SignedButWrongAsync(claims => claims["iss"] = "another", cancel)),
        ("a token without its claims", cancel => SignedButWrongAsync(claims => claims.Remove("redeemBy"), cancel)),
        ($"{crowd} mixed shoppers in parallel", CrowdAsync),
        ("keys rotated: old and new shoppers pass", RotatedAsync),
        ("the edge down: the admitted go on, no one else", EdgeDownAsync),
    ];

    private async Task SignedButWrongAsync(Action<JsonObject> change, CancellationToken cancel)
    {
        var tokens = new BadTokens(admitted.Token);
        var kid = (string?)tokens.Header["kid"];
        using var key = Given().SigningKey(admitted.Token)
            ?? throw new NotCheckedException("the key that signs is not in the data folder");
        // It changes what is looked at only when the good one passes: a fresh id, so that it is not refused as used.
        await protocol.RefusedAsync(tokens.Signed(key, kid, claims =>
        {
            claims["jti"] = $"{claims["jti"]}-conformance";
            change(claims);
        }), cancel).ConfigureAwait(false);
    }

    // Every second one has been admitted. Nobody may see another's unit, and nobody else may get in.
    private async Task CrowdAsync(CancellationToken cancel)
    {
        var shown = 0;
        await Parallel.ForEachAsync(Enumerable.Range(0, crowd), new ParallelOptions
        {
            MaxDegreeOfParallelism = crowd,
            CancellationToken = cancel,
        }, async (number, stop) =>
        {
            using var visitor = new Visitor();
            var sent = await shop.LineAsync(visitor, shop.Url, stop).ConfigureAwait(false);
            if (number % 2 == 1)
            {
                var refused = await visitor.GoAsync(shop.Url, stop).ConfigureAwait(false);
                Rule.Holds(shop.IsLine(refused), $"a shopper without an admission got {refused}");
                return;
            }

            var mine = await sent.AdmitAsync(visitor, stop).ConfigureAwait(false);
            var page = await shop.EnterAsync(visitor, sent, mine.Token, stop).ConfigureAwait(false);
            for (var visit = 0; visit < 3; visit++)
            {
                Rule.Holds(TestedStorefront.IsPage(page), $"an admitted shopper got {page}");
                if (TestedStorefront.UnitOf(page) is { } unit)
                {
                    Interlocked.Increment(ref shown);
                    Rule.Holds(unit == mine.Unit, $"a shopper of unit {mine.Unit} saw unit {unit}");
                }

                page = await visitor.GoAsync(shop.Url, stop).ConfigureAwait(false);
            }

            await sent.GiveBackAsync(visitor, mine.Token, stop).ConfigureAwait(false);
        }).ConfigureAwait(false);
        Rule.Holds(shown > 0, "the page shows no unit (X-FlashSale-Unit, or the words \"unit 17\")");
    }

    private async Task RotatedAsync(CancellationToken cancel)
    {
        using var before = new Visitor();
        var earlier = await shop.LineAsync(before, shop.Url, cancel).ConfigureAwait(false);
        var old = await earlier.AdmitAsync(before, cancel).ConfigureAwait(false);
        using var http = new HttpClient();
        await Given().RotateKeysAsync(http, cancel).ConfigureAwait(false);

        var late = await shop.EnterAsync(before, earlier, old.Token, cancel).ConfigureAwait(false);
        Rule.Holds(TestedStorefront.IsPage(late), $"a token of the old key got {late}");
        var stay = await shopper.GoAsync(shop.Url, cancel).ConfigureAwait(false);
        Rule.Holds(TestedStorefront.IsPage(stay), $"a shopper who was in got {stay}");
        using var after = new Visitor();
        var later = await shop.LineAsync(after, shop.Url, cancel).ConfigureAwait(false);
        var fresh = await later.AdmitAsync(after, cancel).ConfigureAwait(false);
        var page = await shop.EnterAsync(after, later, fresh.Token, cancel).ConfigureAwait(false);
        Rule.Holds(TestedStorefront.IsPage(page), $"a token after the rotation got {page}");
        await earlier.GiveBackAsync(before, old.Token, cancel).ConfigureAwait(false);
        await later.GiveBackAsync(after, fresh.Token, cancel).ConfigureAwait(false);
    }

    private async Task EdgeDownAsync(CancellationToken cancel)
    {
        using var ready = new Visitor();
        var sent = await shop.LineAsync(ready, shop.Url, cancel).ConfigureAwait(false);
        var claimed = await sent.AdmitAsync(ready, cancel).ConfigureAwait(false);
        using (Given().PauseEdges())
        {
            using var stranger = new Visitor();
            await RefusedOrSilentAsync(stranger, cancel).ConfigureAwait(false);
            if (line.ByCookie) return; // behind the edge itself: down with it

            // The token is verified offline: the redirect to the clean URL needs no edge (the page itself may).
            var entering = await shop.ReturnAsync(ready, sent, claimed.Token, cancel).ConfigureAwait(false);
            Rule.Holds(entering.IsRedirect && !shop.IsLine(entering), $"a good token got {entering}");
        }

        var page = await ready.GoAsync(shop.Url, cancel).ConfigureAwait(false);
        Rule.Holds(TestedStorefront.IsPage(page), $"after the edge came back: {page}");
        await sent.GiveBackAsync(ready, claimed.Token, cancel).ConfigureAwait(false);
    }

    private async Task RefusedOrSilentAsync(Visitor stranger, CancellationToken cancel)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        patience.CancelAfter(s_silence);
        try
        {
            var refused = await stranger.GoAsync(shop.Url, patience.Token).ConfigureAwait(false);
            Rule.Holds(!TestedStorefront.IsPage(refused), $"a stranger got {refused}");
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            Rule.Holds(line.ByCookie, "no answer within 5 s");
        }
    }

    private Installation Given() => installation ?? throw new NotCheckedException("needs --data DIR");

    private static void Shift(JsonObject claims, int seconds)
    {
        foreach (var claim in new[] { "iat", "nbf", "exp", "redeemBy" })
            claims[claim] = (long)claims[claim]! + seconds;
    }
}

namespace FlashSale.Conformance;

/// <summary>The checks in which the line itself changes: its keys, its edges, a reservation's end; and the crowd.</summary>
internal sealed class OperatorChecks(CheckedVisit visit)
{
    /// <summary>Tokens of a forger, all at once.</summary>
    private const int Flood = 20;
    private static readonly TimeSpan s_silence = TimeSpan.FromSeconds(5);

    /// <summary>The 2 s that a storefront waits for the edge, on a slow machine.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(15);

    private static readonly TimeSpan s_atLeast = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan s_look = TimeSpan.FromSeconds(1);

    private TestedStorefront Shop => visit.Shop;

    public IEnumerable<ProtocolCheck> All() =>
    [
        new("a crowd of mixed shoppers in parallel", CrowdAsync),
        new("410 when redeeming: to the line, and not in", OverAsync),
        new("keys rotated: old and new shoppers pass", RotatedAsync),
        new("a token under another key's kid", OtherKidAsync),
        new("a flood of unknown kids causes few fetches", FloodAsync),
        new("the edge down: the admitted go on, no one else", EdgeDownAsync),
        new("a used token is remembered", RememberedAsync),
        new("a key revoked: its token and its cookie open nothing", RevokedAsync),
    ];

    // Every second one has been admitted. Nobody may see another's unit, and nobody else may get in.
    private async Task CrowdAsync(CancellationToken cancel)
    {
        var shown = 0;
        await Parallel.ForEachAsync(Enumerable.Range(0, visit.Crowd), new ParallelOptions
        {
            MaxDegreeOfParallelism = visit.Crowd,
            CancellationToken = cancel,
        }, async (number, stop) =>
        {
            using var visitor = new Visitor();
            var sent = await Shop.LineAsync(visitor, Shop.Url, stop).ConfigureAwait(false);
            if (number % 2 == 1)
            {
                var refused = await visitor.GoAsync(Shop.Url, stop).ConfigureAwait(false);
                Rule.Holds(Shop.IsLine(refused), $"a shopper without an admission got {refused}");
                return;
            }

            var mine = await sent.AdmitAsync(visitor, stop).ConfigureAwait(false);
            var page = await Shop.EnterAsync(visitor, sent, mine.Token, stop).ConfigureAwait(false);
            for (var look = 0; look < 3; look++)
            {
                Rule.Holds(TestedStorefront.IsPage(page), $"an admitted shopper got {page}");
                if (TestedStorefront.UnitOf(page) is { } unit)
                {
                    Interlocked.Increment(ref shown);
                    Rule.Holds(unit == mine.Unit, $"a shopper of unit {mine.Unit} saw unit {unit}");
                }

                page = await visitor.GoAsync(Shop.Url, stop).ConfigureAwait(false);
            }

            await sent.GiveBackAsync(visitor, mine.Token, stop).ConfigureAwait(false);
        }).ConfigureAwait(false);
        Rule.Holds(shown > 0, "the page shows no unit (X-FlashSale-Unit, or the words \"unit 17\")");
    }

    // A storefront that redeems later may still let the shopper in, and has to learn it with the first page.
    private async Task OverAsync(CancellationToken cancel)
    {
        if (visit.Line.ByCookie) return;
        if (visit.GivenOperator().ApiKey is null) throw new NotCheckedException("the storefront's API key is not known");
        var (visitor, sent, admitted) = await visit.AdmitAnotherAsync(cancel).ConfigureAwait(false);
        using (visitor)
        {
            await sent.GiveBackAsync(visitor, admitted.Token, cancel).ConfigureAwait(false);
            await Shop.EnterAsync(visitor, sent, admitted.Token, cancel).ConfigureAwait(false);
            await visitor.GoAsync(Shop.Url, cancel).ConfigureAwait(false);
            var answer = await visitor.GoAsync(Shop.Url, cancel).ConfigureAwait(false);
            Rule.Holds(Shop.IsLine(answer), $"a shopper whose admission is over got {answer}");
        }
    }

    private async Task RotatedAsync(CancellationToken cancel)
    {
        var (before, earlier, old) = await visit.AdmitAnotherAsync(cancel).ConfigureAwait(false);
        using (before)
        {
            await visit.GivenOperator().RotateKeysAsync(cancel).ConfigureAwait(false);
            var late = await Shop.EnterAsync(before, earlier, old.Token, cancel).ConfigureAwait(false);
            Rule.Holds(TestedStorefront.IsPage(late), $"a token of the old key got {late}");
            var stay = await visit.Shopper.GoAsync(Shop.Url, cancel).ConfigureAwait(false);
            Rule.Holds(TestedStorefront.IsPage(stay), $"a shopper who was in got {stay}");
            var (after, later, fresh) = await visit.AdmitAnotherAsync(cancel).ConfigureAwait(false);
            using (after)
            {
                var page = await Shop.EnterAsync(after, later, fresh.Token, cancel).ConfigureAwait(false);
                Rule.Holds(TestedStorefront.IsPage(page), $"a token after the rotation got {page}");
                await earlier.GiveBackAsync(before, old.Token, cancel).ConfigureAwait(false);
                await later.GiveBackAsync(after, fresh.Token, cancel).ConfigureAwait(false);
            }
        }
    }

    private async Task OtherKidAsync(CancellationToken cancel)
    {
        _ = visit.GivenOperator();
        var (visitor, sent, admitted) = await visit.AdmitAnotherAsync(cancel).ConfigureAwait(false);
        using (visitor)
        {
            var kid = (string?)new BadTokens(admitted.Token).Header["kid"];
            Rule.Holds(kid != (string?)visit.Bad.Header["kid"], "the keys were not rotated");
            await visit.RefusedAsync(visit.Signed(_ => { }, kid), cancel).ConfigureAwait(false);
            await sent.GiveBackAsync(visitor, admitted.Token, cancel).ConfigureAwait(false);
        }
    }

    private async Task FloodAsync(CancellationToken cancel)
    {
        if (visit.GivenOperator().KeyFetches is not { } before) throw new NotCheckedException("this edge counts no fetches");
        var began = TimeProvider.System.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, Flood)
            .Select(number => visit.RefusedAsync(visit.Bad.Forged($"flood-{number}"), cancel))).ConfigureAwait(false);
        var fetches = visit.GivenOperator().KeyFetches!.Value - before;
        var seconds = TimeProvider.System.GetElapsedTime(began).TotalSeconds;
        Rule.Holds(fetches <= seconds + 2, $"{Flood} unknown kids caused {fetches} fetches in {seconds:0.0} s");
    }

    private async Task EdgeDownAsync(CancellationToken cancel)
    {
        var (ready, sent, claimed) = await visit.AdmitAnotherAsync(cancel).ConfigureAwait(false);
        using (ready)
        {
            using (visit.GivenOperator().PauseEdges())
            {
                using var stranger = new Visitor();
                await RefusedOrSilentAsync(stranger, cancel).ConfigureAwait(false);
                if (visit.Line.ByCookie) return; // behind the edge itself: down with it

                // An unknown kid makes it fetch the keys, which fails: the last good ones stay.
                using var forger = new Visitor();
                var began = TimeProvider.System.GetTimestamp();
                await Shop.ReturnAsync(forger, sent, visit.Bad.Forged("conformance-down"), cancel).ConfigureAwait(false);
                if (TimeProvider.System.GetElapsedTime(began) < s_look)
                {
                    await Task.Delay(s_look, cancel).ConfigureAwait(false); // it may have fetched a moment before
                    await Shop.ReturnAsync(forger, sent, visit.Bad.Forged("conformance-down"), cancel).ConfigureAwait(false);
                }

                // The token is verified offline: the redirect to the clean URL needs no edge (the page itself may).
                var entering = await WithinAsync(
                    s_patience, stop => Shop.ReturnAsync(ready, sent, claimed.Token, stop), cancel).ConfigureAwait(false);
                Rule.Holds(entering is not null, $"no answer to a good token within {s_patience.TotalSeconds} s");
                Rule.Holds(entering!.IsRedirect && !Shop.IsLine(entering), $"a good token got {entering}");
            }

            var page = await ready.GoAsync(Shop.Url, cancel).ConfigureAwait(false);
            Rule.Holds(TestedStorefront.IsPage(page), $"after the edge came back: {page}");
            await sent.GiveBackAsync(ready, claimed.Token, cancel).ConfigureAwait(false);
        }
    }

    private async Task RefusedOrSilentAsync(Visitor stranger, CancellationToken cancel)
    {
        var answer = await WithinAsync(s_silence, stop => stranger.GoAsync(Shop.Url, stop), cancel).ConfigureAwait(false);
        Rule.Holds(answer is not null || visit.Line.ByCookie, $"no answer within {s_silence.TotalSeconds} s");
        Rule.Holds(answer is null || !TestedStorefront.IsPage(answer), $"a stranger got {answer}");
    }

    // Ends the first shopper's key. An unknown kid makes the storefront look at once; otherwise it does by itself, in time.
    private async Task RevokedAsync(CancellationToken cancel)
    {
        var line = visit.GivenOperator();
        var kid = (string)visit.Bad.Header["kid"]!;
        var unused = visit.Signed(_ => { });
        var held = await visit.Line.ReservationAsync(visit.Shopper, visit.Admitted.Token, cancel).ConfigureAwait(false);
        var before = await visit.Shopper.GoAsync(Shop.Url, cancel).ConfigureAwait(false);
        Rule.Holds(TestedStorefront.IsPage(before), $"who was in got {before}");
        await line.RevokeKeyAsync(kid, cancel).ConfigureAwait(false);

        var began = TimeProvider.System.GetTimestamp();
        BrowserAnswer answer;
        do
        {
            await visit.RefusedAsync(visit.Bad.Forged("conformance-revoked"), cancel).ConfigureAwait(false);
            answer = await visit.Shopper.GoAsync(Shop.Url, cancel).ConfigureAwait(false);
            if (Shop.IsLine(answer)) break;
            await Task.Delay(s_look, cancel).ConfigureAwait(false);
        }
        while (TimeProvider.System.GetElapsedTime(began) < line.KeysKnownWithin);
        Rule.Holds(Shop.IsLine(answer), $"whoever came in by the revoked key got {answer}");
        await visit.RefusedAsync(unused, cancel).ConfigureAwait(false);
        await visit.Line.GiveBackReservationAsync(visit.Shopper, held, cancel).ConfigureAwait(false);
    }

    // Some time has passed since it was used.
    private async Task RememberedAsync(CancellationToken cancel)
    {
        if (visit.Line.ByCookie) return;
        var wait = s_atLeast - TimeProvider.System.GetElapsedTime(visit.EnteredAt);
        if (wait > TimeSpan.Zero) await Task.Delay(wait, cancel).ConfigureAwait(false);
        await visit.RefusedAsync(visit.Admitted.Token, cancel).ConfigureAwait(false);
    }

    private static async Task<BrowserAnswer?> WithinAsync(
        TimeSpan limit, Func<CancellationToken, Task<BrowserAnswer>> ask, CancellationToken cancel)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        patience.CancelAfter(limit);
        try
        {
            return await ask(patience.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return null;
        }
    }
}

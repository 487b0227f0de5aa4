using System.Net;

using FlashSale.Calling;
using FlashSale.Contract;
using FlashSale.Queue;
using FlashSale.Tests.Support;

using Xunit;

namespace FlashSale.Tests.WaitingRoom;

public sealed class PumpTests
{
    [Fact]
    public async Task Invariant3_Admissions_follow_ticket_order_among_those_present()
    {
        await using var world = await LineWorld.StartAsync();
        var sale = await world.OpenAsync(10, sale => sale with { StartsAt = DateTimeOffset.MaxValue, PresenceSeconds = 4 });
        var tickets = await world.JoinManyAsync(sale, 40);
        var present = tickets.Where(ticket => ticket.Place.Number % 2 == 1).ToList();
        await world.UntilTheOthersAreAwayAsync(sale, present);
        sale = world.Begin(sale);

        await WaitFor.TrueAsync(async () =>
        {
            await world.SeeAsync(sale, present);
            return (await world.AdmittedAsync(sale)).Count == 10;
        }, "10 are admitted");

        var admitted = await world.AdmittedAsync(sale);
        Assert.Equal(present.Take(10).Select(ticket => ticket.Place), admitted.Select(one => one.Place));
        Assert.Equal(10, admitted.Select(one => one.Unit).Distinct().Count());
    }

    [Fact]
    public async Task Invariant3_Who_was_away_and_returns_goes_before_every_later_number()
    {
        await using var world = await LineWorld.StartAsync();
        var sale = await world.OpenAsync(1, sale => sale with { StartsAt = DateTimeOffset.MaxValue, PresenceSeconds = 4 });
        var (away, second, third) = (
            await world.JoinAsync(sale, "away"), await world.JoinAsync(sale, "second"), await world.JoinAsync(sale, "third"));
        await world.UntilTheOthersAreAwayAsync(sale, [second, third]);
        sale = world.Begin(sale);
        await WaitFor.TrueAsync(async () =>
        {
            await world.StatusAsync(sale, third);
            return (await world.StatusAsync(sale, second)).State == PlaceState.Admitted;
        }, "the second is admitted");
        Assert.Equal(new PlaceStatus(PlaceState.Waiting, 1, 0, 0), await world.StatusAsync(sale, away));

        Assert.True(await world.Line.LeaveAsync(second, default)); // Unclaimed: the unit is free at once.
        await WaitFor.TrueAsync(async () =>
        {
            await world.StatusAsync(sale, third);
            return (await world.StatusAsync(sale, away)).State == PlaceState.Admitted;
        }, "who returned is admitted");
        Assert.Equal(PlaceState.Waiting, (await world.StatusAsync(sale, third)).State);
    }

    [Fact]
    public async Task Invariant3_A_shuffled_line_passes_over_nobody_who_was_seen_before_the_start()
    {
        await using var world = await LineWorld.StartAsync();
        var sale = await world.OpenAsync(
            5, sale => sale with { StartsAt = DateTimeOffset.MaxValue, Order = LineOrder.Shuffle });
        var tickets = await world.JoinManyAsync(sale, 20);
        world.Begin(sale);

        // Nobody polls meanwhile: joining is being seen.
        await WaitFor.TrueAsync(async () => (await world.AdmittedAsync(sale)).Count == 5, "5 are admitted");

        var shuffle = new Shuffle(Convert.FromBase64String(LineWorld.Seed), tickets.Count);
        var first = tickets.Select(ticket => ticket.Place.Number).OrderBy(number => shuffle.RankOf(number)).Take(5);
        Assert.Equal(first.Order(), (await world.AdmittedAsync(sale)).Select(one => one.Place.Number));
    }

    [Fact]
    public async Task Invariant2_A_hundred_double_clicks_take_one_place()
    {
        await using var world = await LineWorld.StartAsync(edges: 2);
        var sale = await world.OpenAsync(1, sale => sale with { Paused = true });
        await WaitFor.TrueAsync(() => Task.FromResult(world.Edge(1).Board(sale.Id) is not null), "the other edge knows it");
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 100).Select(
            i => world.Edge(i % 2).JoinAsync(sale, LineWorld.Shopper("eager"), after: 0).AsTask()));
        var joined = outcomes.Cast<JoinOutcome.Joined>().ToList();
        Assert.Single(joined, one => one.IsNew);
        Assert.Single(joined.Select(one => one.Place).Distinct());
    }

    [Fact]
    public async Task A_claim_is_repeatable_and_gives_the_same_admission()
    {
        await using var world = await LineWorld.StartAsync();
        var sale = await world.OpenAsync(1);
        var first = await world.JoinAsync(sale, "first");
        var second = await world.JoinAsync(sale, "second");
        await world.UntilAsync(sale, first, PlaceState.Admitted);
        var claims = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => world.ClaimAsync(first)));
        Assert.All(claims, claim => Assert.Equal(claims[0].Answer!.AdmissionId, claim.Answer!.AdmissionId));
        Assert.Equal(HttpStatusCode.Conflict, (await world.ClaimAsync(second)).Status);

        var admission = claims[0].Answer!;
        Assert.True(world.Checkout.Hold(sale.Id, admission));
        await world.UntilAsync(sale, first, PlaceState.Redeemed);
        Assert.Equal(admission.AdmissionId, (await world.ClaimAsync(first)).Answer!.AdmissionId);

        world.Checkout.Sell(sale.Id, admission.AdmissionId);
        await world.UntilAsync(sale, first, PlaceState.Bought);
        Assert.Equal(HttpStatusCode.Conflict, (await world.ClaimAsync(first)).Status);
        Assert.IsType<JoinOutcome.AlreadyBought>(await world.Line.JoinAsync(sale, first.Shopper, after: 0));
    }

    [Fact]
    public async Task A_claim_for_a_sale_that_a_room_has_not_heard_of_yet_is_to_be_repeated()
    {
        await using var world = await LineWorld.StartAsync();
        var sale = await world.OpenAsync(1);
        var first = await world.JoinAsync(sale, "first");
        await world.UntilAsync(sale, first, PlaceState.Admitted);
        var elsewhere = first with { Sale = SaleId.Parse(Unique.Name()) };
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await world.ClaimAsync(elsewhere)).Status);
    }

    [Fact]
    public async Task Invariant3_Who_polls_only_as_rarely_as_told_is_present_until_then()
    {
        await using var world = await LineWorld.StartAsync();
        var sale = await world.OpenAsync(
            1, sale => sale with { StartsAt = DateTimeOffset.MaxValue, PresenceSeconds = 1 });
        var (first, second) = (await world.JoinAsync(sale, "first"), await world.JoinAsync(sale, "second"));
        world.Line.Tell(first, nextPollMs: 60_000);
        await world.UntilTheOthersAreAwayAsync(sale, [second]);
        world.Begin(sale);
        await WaitFor.TrueAsync(async () => (await world.AdmittedAsync(sale)).Count == 1, "someone is admitted");
        Assert.Equal(first.Place.Number, (await world.AdmittedAsync(sale)).Single().Place.Number);
    }

    [Fact]
    public async Task Who_polls_all_the_time_is_told_of_now_and_then_and_again()
    {
        await using var world = await LineWorld.StartAsync();
        var sale = await world.OpenAsync(
            1, sale => sale with { StartsAt = DateTimeOffset.MaxValue, PresenceSeconds = 40 });
        var ticket = await world.JoinAsync(sale, "first");
        var told = new HashSet<string>();
        async Task PollAsync()
        {
            await world.StatusAsync(sale, ticket);
            told.Add((string)(await world.Database.HashGetAsync(
                new LineKeys(sale.Id).Present, LineKeys.Field(ticket.Place)))!);
        }

        var since = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(since) < TimeSpan.FromSeconds(2)) await PollAsync();
        // Once by the join, once by the first report. An eighth of 40 seconds later comes another; a busy machine may take as long.
        Assert.InRange(told.Count, 1, 2 + (int)(TimeProvider.System.GetElapsedTime(since) / TimeSpan.FromSeconds(40 / 8)));
        var early = told.Count;
        await WaitFor.TrueAsync(async () =>
        {
            await PollAsync();
            return told.Count > early;
        }, "another report");
    }

    [Fact]
    public async Task An_unused_turn_is_missed_the_next_is_admitted_and_joining_again_is_at_the_end()
    {
        await using var world = await LineWorld.StartAsync();
        var sale = await world.OpenAsync(1, sale => sale with { ClaimSeconds = 4 });
        var first = await world.JoinAsync(sale, "first");
        await world.UntilAsync(sale, first, PlaceState.Admitted);
        var second = await world.JoinAsync(sale, "second");
        await world.UntilAsync(sale, first, PlaceState.Missed);
        await world.UntilAsync(sale, second, PlaceState.Admitted);
        Assert.Equal(HttpStatusCode.Gone, (await world.ClaimAsync(first)).Status);
        Assert.Equal(3u, (await world.JoinAsync(sale, "first")).Place.Number);
    }

    [Fact]
    public async Task A_released_unit_goes_to_the_next_and_its_shopper_starts_over()
    {
        await using var world = await LineWorld.StartAsync();
        var sale = await world.OpenAsync(1);
        var first = await world.JoinAsync(sale, "first");
        await world.UntilAsync(sale, first, PlaceState.Admitted);
        var second = await world.JoinAsync(sale, "second");
        var admission = (await world.ClaimAsync(first)).Answer!;
        Assert.True(world.Checkout.Hold(sale.Id, admission));
        await world.UntilAsync(sale, first, PlaceState.Redeemed);
        Assert.Equal(PlaceState.Waiting, (await world.StatusAsync(sale, second)).State);

        world.Checkout.Release(sale.Id, admission.AdmissionId);
        await world.UntilAsync(sale, second, PlaceState.Admitted);
        Assert.Equal(PlaceState.Released, (await world.StatusAsync(sale, first)).State);
        Assert.Equal(3u, (await world.JoinAsync(sale, "first")).Place.Number);
    }

    [Fact]
    public async Task Leaving_frees_an_unclaimed_unit_at_once_and_a_claimed_one_only_after_redeem_by()
    {
        await using var world = await LineWorld.StartAsync();
        var sale = await world.OpenAsync(1, sale => sale with { ClaimSeconds = 5 });
        var first = await world.JoinAsync(sale, "first");
        await world.UntilAsync(sale, first, PlaceState.Admitted);
        var second = await world.JoinAsync(sale, "second");
        Assert.True(await world.Line.LeaveAsync(first, default));
        await world.UntilAsync(sale, second, PlaceState.Admitted);
        Assert.Equal(PlaceState.Left, (await world.StatusAsync(sale, first)).State);

        var third = await world.JoinAsync(sale, "third");
        var redeemBy = (await world.ClaimAsync(second)).Answer!.RedeemBy;
        Assert.True(await world.Line.LeaveAsync(second, default));
        await world.UntilAsync(sale, third, PlaceState.Admitted);
        Assert.True(TimeProvider.System.GetUtcNow() > redeemBy.AddSeconds(sale.GraceSeconds));
        Assert.True(await world.Line.LeaveAsync(first, default)); // Repeating it is harmless.
    }

    [Fact]
    public async Task Invariant2_Who_leaves_with_a_token_and_joins_again_gets_no_second_admission()
    {
        await using var world = await LineWorld.StartAsync();
        var sale = await world.OpenAsync(2, sale => sale with { ClaimSeconds = 4 });
        var first = await world.JoinAsync(sale, "first");
        await world.UntilAsync(sale, first, PlaceState.Admitted);
        var admission = (await world.ClaimAsync(first)).Answer!;
        Assert.True(await world.Line.LeaveAsync(first, default));
        Assert.Equal(PlaceState.Left, (await world.StatusAsync(sale, first)).State);

        Assert.Equal(first.Place, (await world.JoinAsync(sale, "first")).Place);
        Assert.Equal(PlaceState.Admitted, (await world.StatusAsync(sale, first)).State);
        Assert.Equal(admission.AdmissionId, (await world.ClaimAsync(first)).Answer!.AdmissionId);

        await world.UntilAsync(sale, first, PlaceState.Missed);
        Assert.Equal(2u, (await world.JoinAsync(sale, "first")).Place.Number);
    }

    [Fact]
    public async Task A_unit_that_the_ledger_gave_to_another_sends_its_shopper_back_to_the_front()
    {
        await using var world = await LineWorld.StartAsync();
        var sale = await world.OpenAsync(2, sale => sale with { AdmitPerSecond = 1 });
        var first = await world.JoinAsync(sale, "first");
        await world.UntilAsync(sale, first, PlaceState.Admitted);
        var unit = (await world.AdmittedAsync(sale))[0].Unit;
        world.Checkout.Hold(sale.Id, unit, "1-99-1");
        await WaitFor.TrueAsync(async () =>
        {
            await world.StatusAsync(sale, first);
            return await world.AdmittedAsync(sale) is [var again] && again.Place == first.Place && again.Unit != unit;
        }, "the first has the other unit");
    }

    [Fact]
    public async Task A_ledger_that_was_put_back_to_an_older_state_is_followed_although_no_change_tells_of_it()
    {
        await using var world = await LineWorld.StartAsync();
        var sale = await world.OpenAsync(2, sale => sale with { ClaimSeconds = 600 });
        var tickets = await world.JoinManyAsync(sale, 3);
        await world.UntilAsync(sale, tickets[1], PlaceState.Admitted);
        var (first, second) = ((await world.ClaimAsync(tickets[0])).Answer!, (await world.ClaimAsync(tickets[1])).Answer!);
        Assert.True(world.Checkout.Hold(sale.Id, first));
        await world.UntilAsync(sale, tickets[0], PlaceState.Redeemed);

        world.Checkout.Remember(sale.Id, second.Unit, second.AdmissionId);
        await world.UntilAsync(sale, tickets[1], PlaceState.Redeemed);
        world.Checkout.Forget(sale.Id, first.AdmissionId);
        await world.UntilAsync(sale, tickets[2], PlaceState.Admitted);
        Assert.Equal(first.Unit, (await world.ClaimAsync(tickets[2])).Answer!.Unit);
        Assert.Equal(PlaceState.Released, (await world.StatusAsync(sale, tickets[0])).State);
    }

    [Fact]
    public async Task A_leader_that_follows_the_changes_does_not_ask_for_everything_again()
    {
        await using var world = await LineWorld.StartAsync();
        var sale = await world.OpenAsync(5);
        var tickets = await world.JoinManyAsync(sale, 4);
        await world.UntilAsync(sale, tickets[3], PlaceState.Admitted);
        foreach (var ticket in tickets) Assert.True(world.Checkout.Hold(sale.Id, (await world.ClaimAsync(ticket)).Answer!));
        world.Checkout.Sell(sale.Id, (await world.ClaimAsync(tickets[0])).Answer!.AdmissionId);
        world.Checkout.Release(sale.Id, (await world.ClaimAsync(tickets[1])).Answer!.AdmissionId);
        await OnlyChangesAsync();

        // Nor because of what is held by an admission that is not of a line, once it is known.
        var before = world.Checkout.Pulls.All;
        world.Checkout.Remember(sale.Id, 5, "imported");
        await WaitFor.TrueAsync(() => Task.FromResult(world.Checkout.Pulls.All > before), "it is asked for");
        await OnlyChangesAsync();
        await WaitFor.TrueAsync(
            () => Task.FromResult(world.Line.Board(sale.Id) is { Held: 2, Available: 1 }), "one of five is free");

        // A new term asks for everything as well, and a busy machine may bring one about: not all the time.
        Task OnlyChangesAsync() => WaitFor.TrueAsync(async () =>
        {
            var (all, sums) = world.Checkout.Pulls;
            await WaitFor.TrueAsync(() => Task.FromResult(world.Checkout.Pulls.Sums >= sums + 2), "it was compared twice");
            return world.Checkout.Pulls.All == all;
        }, "it asks for changes only");
    }

    [Fact]
    public async Task A_change_of_the_inventory_is_followed_however_long_it_took()
    {
        await using var world = await LineWorld.StartAsync();
        var sale = await world.OpenAsync(5, sale => sale with { StartsAt = DateTimeOffset.MaxValue });
        world.Checkout.Put(sale with { Inventory = 2 });
        await WaitFor.TrueAsync(() => Task.FromResult(world.Line.Board(sale.Id)!.Available == 2), "three are withdrawn");
        world.Checkout.Put(sale with { Inventory = 4 });
        await WaitFor.TrueAsync(() => Task.FromResult(world.Line.Board(sale.Id)!.Available == 4), "two are back");
    }

    [Fact]
    public async Task Without_the_ledger_for_two_seconds_nobody_is_admitted_and_the_board_says_why()
    {
        await using var world = await LineWorld.StartAsync();
        var sale = await world.OpenAsync(5);
        world.Checkout.IsDown = true;
        await WaitFor.TrueAsync(
            () => Task.FromResult(world.Line.Board(sale.Id)!.StoppedBecause == "ledger not reachable"), "it stops");
        var first = await world.JoinAsync(sale, "first");
        await WaitFor.TrueAsync(
            () => Task.FromResult(world.Line.Board(sale.Id) is { StoppedBecause: LineBoard.LedgerGone, Waiting: 1 }),
            "it has looked since, and still stands");
        Assert.Equal(PlaceState.Waiting, (await world.StatusAsync(sale, first)).State);

        world.Checkout.IsDown = false;
        await world.UntilAsync(sale, first, PlaceState.Admitted);
        Assert.Null(world.Line.Board(sale.Id)!.StoppedBecause);
    }

    [Fact]
    public async Task Invariant1_Admitted_held_and_sold_never_exceed_the_inventory()
    {
        await using var world = await LineWorld.StartAsync();
        var sale = await world.OpenAsync(20, sale => sale with { ClaimSeconds = 1, AdmitPerSecond = 500 });
        var random = new Random(7);
        var shoppers = Enumerable.Range(0, 120).Select(i => $"shopper-{i}").ToList();
        using var done = new CancellationTokenSource();
        var crowd = shoppers.Select(async name =>
        {
            while (!done.IsCancellationRequested)
            {
                var outcome = await LineWorld.TakeAsync(world.Line, sale, LineWorld.Shopper(name));
                if (outcome is JoinOutcome.AlreadyBought) return;
                if (outcome is not JoinOutcome.Joined joined) continue;
                var ticket = new Ticket(sale.Id, joined.Place, LineWorld.Shopper(name));
                if ((await world.StatusAsync(sale, ticket)).State == PlaceState.Admitted && Chance(0.8)
                    && (await world.ClaimAsync(ticket)).Answer is { } claim
                    && world.Checkout.Hold(sale.Id, claim))
                {
                    await Task.Delay(200);
                    if (Chance(0.4)) world.Checkout.Sell(sale.Id, claim.AdmissionId);
                    else world.Checkout.Release(sale.Id, claim.AdmissionId);
                }

                await Task.Delay(100);
            }
        }).ToList();

        await WaitFor.TrueAsync(async () =>
        {
            // The ledger after Redis: who was admitted then, has redeemed nothing by now and still may, is promised a unit now.
            var admitted = await world.AdmittedAsync(sale);
            var (now, units) = world.Checkout.Look(sale.Id);
            Assert.Distinct(admitted.Select(one => one.Unit));
            var live = units.Where(row => row.State is UnitState.Held or UnitState.Sold).Select(row => row.Unit).ToList();
            var spent = units.Select(row => row.Admission).ToHashSet();
            var promised = admitted.Where(one => DateTimeOffset.FromUnixTimeSeconds(one.RedeemBy) > now
                && !spent.Contains(AdmittedPlace.Id(one.Place, one.Unit))).Select(one => one.Unit).ToList();
            Assert.True(promised.Count + live.Count <= 20, "oversold");
            Assert.Empty(promised.Intersect(live));
            return units.Count(row => row.State == UnitState.Sold) == 20;
        }, "all are sold");
        await done.CancelAsync();
        await Task.WhenAll(crowd);

        bool Chance(double p)
        {
            lock (random) return random.NextDouble() < p;
        }
    }
}

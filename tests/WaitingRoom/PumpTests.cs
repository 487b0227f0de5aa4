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

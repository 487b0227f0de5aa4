using FlashSale.Contract;
using FlashSale.Queue;
using FlashSale.Tests.Support;

using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

using StackExchange.Redis;

using Xunit;

namespace FlashSale.Tests.WaitingRoom;

public sealed class FaultTests
{
    [Fact]
    public async Task Invariant8_Redis_loses_everything_and_places_order_and_units_are_kept()
    {
        await using var world = await LineWorld.StartAsync();
        var sale = await world.OpenAsync(3, sale => sale with { PresenceSeconds = 10 });
        var tickets = await world.JoinManyAsync(sale, 8);
        await world.UntilAsync(sale, tickets[2], PlaceState.Admitted);
        var claimed = (await world.ClaimAsync(tickets[0])).Answer!;
        Assert.True(world.Checkout.Hold(sale.Id, claimed));
        await world.UntilAsync(sale, tickets[0], PlaceState.Redeemed);
        var before = await world.AdmittedAsync(sale);
        var epoch = world.Line.Board(sale.Id)!.Epoch;

        await world.FlushAsync();
        await WaitFor.TrueAsync(() => Task.FromResult(world.Line.Board(sale.Id)!.Epoch > epoch), "a new epoch");
        var late = await world.JoinAsync(sale, "late");
        Assert.True(late.Place.Epoch > epoch);
        // The admitted stay admitted, to the same units, their tokens perhaps out; the cart stays; the others take their
        // places again.
        Assert.Equal(before.Select(one => one with { Claimed = true }), await world.AdmittedAsync(sale));
        foreach (var ticket in Enumerable.Reverse(tickets)) await world.StatusAsync(sale, ticket);
        Assert.Equal(PlaceState.Redeemed, (await world.StatusAsync(sale, tickets[0])).State);
        Assert.Equal(PlaceState.Admitted, (await world.StatusAsync(sale, tickets[1])).State);
        Assert.Equal(tickets[4].Place, (await world.JoinAsync(sale, "shopper-5")).Place);

        // Three units: one in a cart, two admitted. A released one goes to the fourth, not to the newcomer.
        world.Checkout.Release(sale.Id, claimed.AdmissionId);
        await world.UntilAsync(sale, tickets[3], PlaceState.Admitted);
        Assert.Equal(3, (await world.AdmittedAsync(sale)).Select(one => one.Unit).Distinct().Count());
        Assert.Equal(PlaceState.Waiting, (await world.StatusAsync(sale, tickets[4])).State);
        Assert.Equal(PlaceState.Waiting, (await world.StatusAsync(sale, late)).State);
    }

    [Fact]
    public async Task A_turn_that_an_outage_has_cut_short_comes_again_from_the_front()
    {
        await using var world = await LineWorld.StartAsync();
        var sale = await world.OpenAsync(1, sale => sale with { ClaimSeconds = 4 });
        var first = await world.JoinAsync(sale, "first");
        var second = await world.JoinAsync(sale, "second");
        await world.UntilAsync(sale, first, PlaceState.Admitted);
        var began = TimeProvider.System.GetUtcNow();
        var promise = (await world.ClaimAsync(first)).Answer!;
        world.Checkout.IsDown = true;
        await WaitFor.TrueAsync(
            () => Task.FromResult(TimeProvider.System.GetUtcNow() > promise.RedeemBy.AddSeconds(sale.GraceSeconds + 1)), "too late");
        Assert.Equal(PlaceState.Admitted, (await world.StatusAsync(sale, first)).State);
        world.Checkout.Outage = new LedgerOutage(began, TimeProvider.System.GetUtcNow());
        world.Checkout.IsDown = false;

        await WaitFor.TrueAsync(async () =>
            (await world.StatusAsync(sale, first)).State == PlaceState.Admitted
            && (await world.ClaimAsync(first)).Answer?.RedeemBy > promise.RedeemBy, "it is the first one's turn again");
        Assert.Equal(PlaceState.Waiting, (await world.StatusAsync(sale, second)).State);

        // Once: nothing has cut the second turn short.
        await world.UntilAsync(sale, first, PlaceState.Missed);
    }

    [Fact]
    public async Task Invariant7_Of_two_tickets_that_Redis_has_lost_the_later_one_counts_whichever_comes_first()
    {
        await using var world = await LineWorld.StartAsync();
        var sale = await world.OpenAsync(1);
        await world.JoinAsync(sale, "before");
        var early = await world.JoinAsync(sale, "first");
        Assert.True(await world.Line.LeaveAsync(early, default));
        var later = await world.JoinAsync(sale, "first");
        Assert.True(later.Place.Number > early.Place.Number);
        var epoch = world.Line.Board(sale.Id)!.Epoch;
        await world.FlushAsync();
        await WaitFor.TrueAsync(() => Task.FromResult(world.Line.Board(sale.Id)!.Epoch > epoch), "a new epoch");

        // A forgotten tab shows the ticket that was given up; Redis no longer knows that it was.
        await world.StatusAsync(sale, early);
        Assert.Equal(PlaceState.Waiting, (await world.StatusAsync(sale, later)).State);
        Assert.Equal(PlaceState.Left, (await world.StatusAsync(sale, early)).State);
        Assert.Equal(PlaceState.Waiting, (await world.StatusAsync(sale, later)).State);
    }

    /// <summary>Such a place's rank is drawn from 31 bits: a bit for each would be a string of 256 MB.</summary>
    [Fact]
    public async Task Who_leaves_an_epoch_that_was_lost_before_its_shuffle_costs_Redis_no_memory()
    {
        await using var world = await LineWorld.StartAsync();
        var sale = await world.OpenAsync(1, sale => sale with { StartsAt = DateTimeOffset.MaxValue, Order = LineOrder.Shuffle });
        var ticket = await world.JoinAsync(sale, "first");
        await world.FlushAsync();
        await WaitFor.TrueAsync(() => Task.FromResult(world.Line.Board(sale.Id)!.Epoch > ticket.Place.Epoch), "a new epoch");

        Assert.True(await world.Line.LeaveAsync(ticket, default));
        Assert.Equal(PlaceState.Left, (await world.StatusAsync(sale, ticket)).State);
        foreach (var byRank in new[] { true, false })
            Assert.False(await world.Database.KeyExistsAsync(new LineKeys(sale.Id).Left(ticket.Place.Epoch, byRank)));
    }

    [Fact]
    public async Task An_edge_whose_board_is_old_asks_Redis_before_it_tells_someone_to_wait()
    {
        await using var world = await LineWorld.StartAsync();
        var sale = await world.OpenAsync(1);
        var first = await world.JoinAsync(sale, "first");
        await world.UntilAsync(sale, first, PlaceState.Admitted);

        // An edge that was stopped before the turn came: its reader has not run, its board is of before.
        var redis = world.Rooms[0].Services.GetRequiredService<LineRedis>();
        var line = new Line(redis, Options.Create(new LineOptions()), TimeProvider.System);
        line.Set(sale.Id, world.Line.Board(sale.Id)! with { Head = 0 });
        Assert.False(line.IsReady);

        Assert.Equal(PlaceState.Admitted, (await line.StatusAsync(first, sale))!.Value.State);
    }

    [Fact]
    public async Task Invariant1_An_old_copy_of_Redis_gives_no_unit_that_is_promised()
    {
        await using var world = await LineWorld.StartAsync();
        var sale = await world.OpenAsync(1);
        var (first, second, third) = (
            await world.JoinAsync(sale, "first"), await world.JoinAsync(sale, "second"), await world.JoinAsync(sale, "third"));
        await world.UntilAsync(sale, first, PlaceState.Admitted);
        var cart = (await world.ClaimAsync(first)).Answer!;
        Assert.True(world.Checkout.Hold(sale.Id, cart));
        await world.UntilAsync(sale, first, PlaceState.Redeemed);
        var copy = await world.CopyAsync(sale);
        world.Checkout.Release(sale.Id, cart.AdmissionId);
        await world.UntilAsync(sale, second, PlaceState.Admitted);
        Assert.Equal(cart.Unit, (await world.ClaimAsync(second)).Answer!.Unit);

        var epoch = world.Line.Board(sale.Id)!.Epoch;
        await world.RestoreAsync(sale, copy);
        await WaitFor.TrueAsync(
            async () =>
            {
                Assert.Equal(PlaceState.Waiting, (await world.StatusAsync(sale, third)).State);
                return world.Line.Board(sale.Id) is { StoppedBecause: null, Available: 0, Returning: 1 } board && board.Epoch > epoch;
            },
            "a new epoch runs, knows of the third, and has nothing to give");

        Assert.Equal(second.Place, Assert.Single(await world.AdmittedAsync(sale)).Place);
        Assert.Equal(PlaceState.Released, (await world.StatusAsync(sale, first)).State);
    }

    [Fact]
    public async Task Invariant7_Who_is_in_the_cart_gets_the_admission_again_when_all_else_is_forgotten()
    {
        await using var world = await LineWorld.StartAsync();
        var sale = await world.OpenAsync(1);
        var first = await world.JoinAsync(sale, "first");
        await world.UntilAsync(sale, first, PlaceState.Admitted);
        var admission = (await world.ClaimAsync(first)).Answer!;
        Assert.True(world.Checkout.Hold(sale.Id, admission));
        await world.UntilAsync(sale, first, PlaceState.Redeemed);
        var epoch = world.Line.Board(sale.Id)!.Epoch;
        await world.Rooms[0].StopAsync();
        await world.FlushAsync();
        await world.StartRoomAsync();
        await WaitFor.TrueAsync(() => Task.FromResult(world.Line.Board(sale.Id)!.Epoch > epoch), "a new epoch");

        Assert.Equal(PlaceState.Redeemed, (await world.StatusAsync(sale, first)).State);
        var again = (await world.ClaimAsync(first, room: 1)).Answer!;
        Assert.Equal((admission.AdmissionId, admission.Unit), (again.AdmissionId, again.Unit));
        var token = new Microsoft.IdentityModel.JsonWebTokens.JsonWebToken(again.Token);
        Assert.True(token.ValidTo > TimeProvider.System.GetUtcNow().AddSeconds(sale.PaySeconds - 5));
    }

    [Fact]
    public async Task Scripts_forgotten_by_Redis_are_loaded_again()
    {
        await using var world = await LineWorld.StartAsync();
        var sale = await world.OpenAsync(5);
        await world.JoinAsync(sale, "first");
        await world.Redis.GetServers()[0].ScriptFlushAsync();
        var second = await world.JoinAsync(sale, "second");
        await world.UntilAsync(sale, second, PlaceState.Admitted);
    }

    [Fact]
    public async Task Redis_down_is_an_answer_and_not_a_wait_and_its_restart_keeps_the_places()
    {
        await using var world = await LineWorld.StartAsync();
        var sale = await world.OpenAsync(1);
        var tickets = await world.JoinManyAsync(sale, 3);
        await world.UntilAsync(sale, tickets[0], PlaceState.Admitted);
        await WaitFor.TrueAsync(() => Task.FromResult(world.Line.Board(sale.Id)!.Head == 1), "the board knows");
        await world.Server.StopAsync();

        var starved = new ProcessorWait();
        var asked = TimeProvider.System.GetTimestamp();
        Assert.IsType<JoinOutcome.NotReady>(await world.Line.JoinAsync(sale, LineWorld.Shopper("late"), after: 0));
        Assert.Null(await world.Line.StatusAsync(tickets[0], sale));
        Assert.False(await world.Line.LeaveAsync(tickets[1], default));
        var took = TimeProvider.System.GetElapsedTime(asked);
        Assert.True(took - await starved.StopAsync() < TimeSpan.FromSeconds(6), $"{took}");
        Assert.Equal(PlaceState.Waiting, (await world.Line.StatusAsync(tickets[1], sale))!.Value.State);

        await world.Server.StartAsync(default);
        await WaitFor.TrueAsync(
            async () => await world.Line.StatusAsync(tickets[0], sale) is { State: PlaceState.Admitted }, "still admitted");
        await world.StatusAsync(sale, tickets[1]);
        await world.JoinAsync(sale, "late");
        Assert.Equal(tickets[1].Place, (await world.JoinAsync(sale, "shopper-2")).Place);
    }

    [Fact]
    public async Task A_waiting_shopper_costs_Redis_at_most_110_bytes()
    {
        await using var world = await LineWorld.StartAsync();
        var sale = await world.OpenAsync(1, sale => sale with { Paused = true });
        const int Shoppers = 100_000;
        var before = await UsedAsync(world.Redis);
        foreach (var wave in Enumerable.Range(0, Shoppers).Chunk(2000))
            await Task.WhenAll(wave.Select(
                i => world.Line.JoinAsync(sale, LineWorld.Shopper($"shopper-{i}"), after: 0).AsTask()));
        var each = (await UsedAsync(world.Redis) - before) / (double)Shoppers;
        Assert.Equal(Shoppers, (long)await world.Database.HashGetAsync(new LineKeys(sale.Id).Line, "next"));
        Assert.InRange(each, 1, 110);

        static async Task<long> UsedAsync(ConnectionMultiplexer redis) => long.Parse(
            (await redis.GetServers()[0].InfoAsync("memory"))[0].Single(pair => pair.Key == "used_memory").Value);
    }
}

using FlashSale.Calling;
using FlashSale.Contract;
using FlashSale.Queue;
using FlashSale.Tests.Support;
using FlashSale.WaitingRoom.Ledger;
using FlashSale.WaitingRoom.Pumping;

using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

using StackExchange.Redis;

using Xunit;

namespace FlashSale.Tests.WaitingRoom;

/// <summary>Who leads, and what a leader may still trust in when its lease has changed under it.</summary>
public sealed class LeaseTests
{
    /// <summary>How long somebody was told to stay away, in ms.</summary>
    private const int Noted = 17_211;

    [Fact]
    public async Task Invariant1_A_leader_that_was_paused_past_its_lease_is_refused_by_its_fence()
    {
        await using var world = await LineWorld.StartAsync();
        var sale = await world.OpenAsync(1, sale => sale with { Paused = true });
        var ticket = await world.JoinAsync(sale, "first");
        var redis = world.Rooms[0].Services.GetRequiredService<LineRedis>();
        var current = world.Rooms[0].Services.GetRequiredService<Leadership>().Current!;
        var store = new LineStore(sale.Id, redis);
        var look = new SaleCommand.Look(0, LineOrder.Fifo, Started: true);
        var view = (await store.LookAsync(current, look))!.Value.View!;

        var stale = current with { Fence = current.Fence - 1 };
        var admission = new AdmittedPlace(ticket.Place, 1, 1, 99999999999, false);
        var choice = new Choice([admission], 1, 0, [], []);
        Assert.True((await store.LookAsync(stale, look))?.FencedBy > stale.Fence);
        Assert.Null(await store.AdmitAsync(stale, new SaleCommand.Admit(view, choice)));
        Assert.False(await store.SettleAsync(stale, view.Epoch, [Settlement.Admit(admission)]));
        Assert.False(await store.BeginAsync(
            stale, new SaleCommand.Begin(view.Epoch + 1, "", 0, 0, LineOrder.Fifo, Started: true, [], default, 0)));
        Assert.Empty(await world.AdmittedAsync(sale));
        // What it decided long before is refused, and so is what it decided before the pause, even with a good fence once the head has moved.
        Assert.Null(await store.AdmitAsync(current, new SaleCommand.Admit(view with { Time = view.Time - 5_000 }, choice)));
        Assert.True(Assert.Single((await store.AdmitAsync(current, new SaleCommand.Admit(view, choice)))!));
        Assert.Null(await store.AdmitAsync(current, new SaleCommand.Admit(view, choice)));
    }

    [Fact]
    public async Task One_of_two_rooms_leads_and_the_other_takes_over_within_five_seconds()
    {
        await using var world = await LineWorld.StartAsync(rooms: 2);
        var sale = await world.OpenAsync(10, sale => sale with { AdmitPerSecond = 100 });
        var first = await world.JoinAsync(sale, "first");
        await world.UntilAsync(sale, first, PlaceState.Admitted);
        WebApplication leader = null!;
        await WaitFor.TrueAsync(() => Task.FromResult(
            (leader = world.Rooms.SingleOrDefault(room => room.Services.GetRequiredService<Leadership>().Current is not null)!)
                is not null), "one leads");
        // A claim is served by either room, once it has heard of the sale.
        foreach (var room in world.Rooms)
            await WaitFor.TrueAsync(() => Task.FromResult(
                room.Services.GetRequiredService<PulledSales>().Find(sale.Id) is not null), "the room knows the sale");
        Assert.Equal((await world.ClaimAsync(first, 0)).Answer!.AdmissionId, (await world.ClaimAsync(first, 1)).Answer!.AdmissionId);

        await leader.StopAsync();
        var starved = new ProcessorWait(world.Server.Process!.Pid);
        var stopped = TimeProvider.System.GetTimestamp();
        var second = await world.JoinAsync(sale, "second");
        await world.UntilAsync(sale, second, PlaceState.Admitted);
        var takeover = TimeProvider.System.GetElapsedTime(stopped);
        Assert.True(takeover - await starved.StopAsync() < TimeSpan.FromSeconds(5), $"{takeover}");
        Assert.Equal(2, (await world.AdmittedAsync(sale)).Select(one => one.Unit).Distinct().Count());
        Assert.Equal(first.Place.Epoch, second.Place.Epoch);
    }

    [Fact]
    public async Task A_room_that_takes_over_shows_the_line_though_the_ledger_is_away()
    {
        await using var world = await LineWorld.StartAsync(rooms: 2);
        var sale = await world.OpenAsync(1);
        foreach (var room in world.Rooms)
            await WaitFor.TrueAsync(() => Task.FromResult(
                room.Services.GetRequiredService<PulledSales>().Find(sale.Id) is not null), "the room knows the sale");
        world.Checkout.IsDown = true;
        await world.Rooms.Single(room => room.Services.GetRequiredService<Leadership>().Current is not null).StopAsync();
        await world.Database.KeyDeleteAsync(LineKeys.Board);
        await WaitFor.TrueAsync(() => world.Database.HashExistsAsync(LineKeys.Board, sale.Id.Value), "the other one shows the line");
    }

    [Fact]
    public async Task Invariant9_Whoever_is_told_to_stay_away_between_the_look_and_the_call_keeps_the_place_and_goes_first()
    {
        await using var world = await LineWorld.StartAsync();
        var sale = await world.OpenAsync(3, sale => sale with { Paused = true });
        var places = (await world.JoinManyAsync(sale, 3)).ConvertAll(ticket => ticket.Place);
        var store = new LineStore(sale.Id, world.Rooms[0].Services.GetRequiredService<LineRedis>());
        var (term, keys) = (world.Rooms[0].Services.GetRequiredService<Leadership>().Current!, new LineKeys(sale.Id));
        var look = new SaleCommand.Look(3, LineOrder.Fifo, Started: true);
        var view = (await store.LookAsync(term, look))!.Value.View!;
        List<AdmittedPlace> calls = [.. places.Select((place, at) => new AdmittedPlace(place, at + 1, at + 1, 99999999999, false))];

        var dueBy = view.Time + TurnTimes.ReachMs(sale.ClaimSeconds);
        await world.Database.HashSetAsync(keys.Present, LineKeys.Field(places[1]), $"{dueBy} 1");
        var answers = await store.AdmitAsync(term, new SaleCommand.Admit(view, new Choice(calls, 3, 0, [], []) { DueBy = dueBy }));
        Assert.Equal([true, false, false], answers!);

        var after = (await store.LookAsync(term, look))!.Value.View!;
        Assert.Equal(3, after.Head);
        Assert.Equal([LineKeys.Member(places[1], 2), LineKeys.Member(places[2], 3)], after.Returning);
        Assert.Equal([places[0]], (await world.AdmittedAsync(sale)).Select(one => one.Place));
    }

    [Fact]
    public async Task Invariant3_Whoever_is_seen_between_the_look_and_the_call_is_neither_dropped_nor_passed_over_nor_forgotten()
    {
        await using var world = await LineWorld.StartAsync();
        var sale = await world.OpenAsync(4, sale => sale with { Paused = true });
        var places = (await world.JoinManyAsync(sale, 4)).ConvertAll(ticket => ticket.Place);
        var store = new LineStore(sale.Id, world.Rooms[0].Services.GetRequiredService<LineRedis>());
        var (term, keys) = (world.Rooms[0].Services.GetRequiredService<Leadership>().Current!, new LineKeys(sale.Id));
        List<string> members = [.. places.Select((place, at) => LineKeys.Member(place, at + 1))];
        var fields = places.ConvertAll(LineKeys.Field);
        foreach (var member in members[..2]) await world.Database.SortedSetAddAsync(keys.Returning, member, 0);
        await world.Database.KeyDeleteAsync(keys.Present);
        var look = new SaleCommand.Look(4, LineOrder.Fifo, Started: true);
        var view = (await store.LookAsync(term, look))!.Value.View!;
        Assert.Equal(members[..2], view.Returning);

        // The first and the third poll now; the others were seen last too long ago.
        var away = view.Time - sale.PresenceSeconds * 1000L - 1;
        for (var i = 0; i < 4; i++)
            await world.Database.HashSetAsync(keys.Present, fields[i], $"{(i % 2 == 0 ? view.Time : away)} 0");
        var choice = new Choice([], 4, 2, members[..2], fields)
        {
            SeenSince = away + 1,
            Passed = [new PassedPlace(places[2], 3, 0), new PassedPlace(places[3], 4, 0)],
        };
        Assert.Empty((await store.AdmitAsync(term, new SaleCommand.Admit(view, choice)))!);

        var after = (await store.LookAsync(term, look))!.Value.View!;
        Assert.Equal(4, after.Head);
        Assert.Equal([members[0], members[2]], after.Returning);
        Assert.Equal(
            new[] { fields[0], fields[2] }, (await world.Database.HashKeysAsync(keys.Present)).Select(key => (string)key!).Order());
    }

    /// <summary>
    /// An edge that reports while an answer is under way knows of the poll, and not yet of how long it tells to stay away; and a later
    /// answer may be one that nobody has waited for.
    /// </summary>
    [Theory]
    [InlineData(-150, 7300, Noted)]
    [InlineData(-150, 17300, Noted)]
    [InlineData(-150, 0, Noted)]
    [InlineData(5000, 7300, Noted)]
    [InlineData(5000, 17300, 5000 + 17300)]
    [InlineData(-5000, 17300, Noted)]
    public async Task Invariant9_A_report_makes_nobody_due_sooner_than_was_noted(int seenAfterNoted, int told, int expected)
    {
        await using var world = await LineWorld.StartAsync();
        var sale = await world.OpenAsync(3, sale => sale with { Paused = true });
        var place = (await world.JoinAsync(sale, "one")).Place;
        var (redis, keys, notedAt) = (world.Rooms[0].Services.GetRequiredService<LineRedis>(), new LineKeys(sale.Id), 0L);
        // The script reads the time itself: what took long in between says nothing.
        for (long took = long.MaxValue; took > 100;)
        {
            notedAt = await RedisMsAsync() - 10_000;
            await world.Database.HashSetAsync(keys.Present, LineKeys.Field(place), $"{notedAt} {Noted}");
            await redis.RunAsync(
                Script.Report, [keys.Line, keys.Present, keys.Edges],
                [(long)place.Epoch, "an edge", "0 0 0 edge", LineKeys.Field(place), 10_000 - seenAfterNoted, told]);
            took = await RedisMsAsync() - notedAt - 10_000;
        }

        var sighting = Sighting.Parse((await world.Database.HashGetAsync(keys.Present, LineKeys.Field(place)))!);
        Assert.InRange(sighting.DueMs - notedAt, expected, expected + 100);

        async Task<long> RedisMsAsync()
        {
            var time = await world.Database.ExecuteAsync("TIME");
            return (long)time[0] * 1000 + (long)time[1] / 1000;
        }
    }

    /// <summary>A failover can lose the answer that granted the lease: the room asks again, and is told of another fence.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_tenure_goes_on_after_a_grant_that_was_not_heard_of_and_not_after_another_leader(bool own)
    {
        await using var world = await LineWorld.StartAsync();
        var leadership = world.Rooms[0].Services.GetRequiredService<Leadership>();
        Term before = null!;
        await WaitFor.TrueAsync(() => Task.FromResult((before = leadership.Current!) is not null), "the room leads");

        var transaction = world.Database.CreateTransaction();
        var fence = transaction.HashIncrementAsync(LineKeys.Lease, "fence");
        var tenure = own ? Task.FromResult(before.Tenure) : transaction.HashIncrementAsync(LineKeys.Lease, "tenure");
        Assert.True(await transaction.ExecuteAsync());
        Assert.True(await fence > before.Fence);
        Assert.Equal(own, await tenure == before.Tenure);

        Term after = null!;
        await WaitFor.TrueAsync(() => Task.FromResult(
            (after = leadership.Current!) is not null && after.Fence > before.Fence), "it leads with another fence");
        Assert.Equal(own, after.Tenure == before.Tenure);
    }

    /// <summary>Room a, of tenure 7, asks for a lease that was last another's, or was lost, while room b is alive or not.</summary>
    [Theory]
    [InlineData("a", "7", "no", false, true)]
    [InlineData("a", "8", "yes", false, false)]
    [InlineData("b", "7", "yes", false, false)]
    [InlineData(null, null, "no", false, false)]
    [InlineData(null, null, "yes", true, true)]
    [InlineData(null, null, "alone", false, true)]
    [InlineData(null, null, "alone", true, false)]
    public async Task A_tenure_goes_on_only_when_nobody_else_can_have_led(
        string? holder, string? tenure, string ifLost, bool other, bool goesOn)
    {
        await using var world = await LineWorld.StartAsync(rooms: 0, edges: 0);
        RedisKey lease = "lease";
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        if (holder is not null)
            await world.Database.HashSetAsync(
                lease, [new("holder", holder), new("fence", 10), new("until", 0), new("tenure", tenure)]);
        if (other) await world.Database.HashSetAsync(lease, "room:b", now);

        using var redis = new LineRedis(
            Options.Create(new LineOptions { Redis = world.RedisAt }), NullLogger<LineRedis>.Instance);
        var answer = await redis.RunAsync(Script.Lease, [lease], ["a", 2000, 10, true, false, 7, ifLost]);
        Assert.True((long)answer[0] > 10);
        Assert.Equal(goesOn ? 7 : (long)answer[0], (long)answer[5]);
        Assert.Equal(answer[5].ToString(), (string?)await world.Database.HashGetAsync(lease, "tenure"));
    }
}

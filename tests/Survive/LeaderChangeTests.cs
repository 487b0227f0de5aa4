using FlashSale.Local.Processes;
using FlashSale.Queue;
using FlashSale.Tests.Support;
using FlashSale.Tests.WaitingRoom;
using FlashSale.WaitingRoom.Pumping;

using Microsoft.Extensions.DependencyInjection;

using Xunit;

namespace FlashSale.Tests.Survive;

public sealed class LeaderChangeTests
{
    /// <summary>From the leader's last sign of life to the next admission.</summary>
    private static readonly TimeSpan s_takeover = TimeSpan.FromSeconds(5);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Invariant1_A_leader_killed_or_stopped_past_its_lease_is_replaced_within_5_s_and_no_admission_is_lost_or_doubled(
        bool killed)
    {
        await using var world = await LineWorld.StartAsync(rooms: 0);
        var log = Path.GetTempFileName();
        await using var one = await RoomProcess.StartAsync(world, log);
        await using var two = await RoomProcess.StartAsync(world, log);
        var sale = await world.OpenAsync(60, sale => sale with { AdmitPerSecond = 2 });
        var first = await world.JoinAsync(sale, "first");
        await world.UntilAsync(sale, first, PlaceState.Admitted);
        var oneLeads = false;
        await WaitFor.TrueAsync(
            async () => (oneLeads = await one.LeadsAsync(sale)) != await two.LeadsAsync(sale), "one of them leads");
        var (leader, other) = oneLeads ? (one, two) : (two, one);

        // It goes in the middle of its work: there is always someone to admit.
        var crowd = await world.JoinManyAsync(sale, 50);
        var starved = new ProcessorWait(other.Pid, world.Server.Process!.Pid);
        if (killed) Signals.Kill(leader.Pid);
        else Signals.Pause(leader.Pid);
        var gone = TimeProvider.System.GetTimestamp();
        var before = int.MaxValue; // What was on its way to Redis when the leader went counts as its own.
        await WaitFor.TrueAsync(async () =>
        {
            var admitted = (await world.AdmittedAsync(sale)).Count;
            if (await other.LeadsAsync(sale)) return admitted > before;
            before = admitted;
            return false;
        }, "the other admits somebody");
        var takeover = TimeProvider.System.GetElapsedTime(gone);
        var starvedFor = await starved.StopAsync();
        TestContext.Current.SendDiagnosticMessage("takeover {0}, of which starved {1}", takeover, starvedFor);
        Assert.True(takeover - starvedFor < s_takeover, $"{takeover}, of which the machine was too busy for {starvedFor}");

        // That the other leads shows that the lease has run out, and with it everybody's belief in it, which is shorter.
        if (!killed) Signals.Resume(leader.Pid);

        world.Checkout.Put(sale with { AdmitPerSecond = 20 });
        var more = await world.JoinManyAsync(sale, 9, from: 100);
        foreach (var ticket in crowd.Concat(more)) await world.UntilAsync(sale, ticket, PlaceState.Admitted);
        var admitted = await world.AdmittedAsync(sale);
        Assert.Equal(60, admitted.Count);
        Assert.Equal(60, admitted.Select(one => one.Unit).Distinct().Count());
        Assert.Single(admitted.Select(one => one.Place.Epoch).Distinct());
        if (!killed) Assert.False(await leader.LeadsAsync(sale));
        File.Delete(log);
    }

    [Theory]
    [InlineData(10)]
    [InlineData(-10)]
    public async Task Two_rooms_whose_clocks_are_ten_minutes_apart_admit_by_the_ledgers_clock(int minutes)
    {
        await using var world = await LineWorld.StartAsync(rooms: 1);
        var wrong = await world.StartRoomAsync(new ShiftedClock(TimeSpan.FromMinutes(minutes)));
        await world.ReadyAsync(wrong);
        var sale = await world.OpenAsync(4, sale => sale with { ClaimSeconds = 60 });
        var first = await world.JoinAsync(sale, "first");
        await world.UntilAsync(sale, first, PlaceState.Admitted);

        // The one with the right clock leads first; then the one with the wrong clock.
        await world.Rooms[0].StopAsync();
        await WaitFor.TrueAsync(
            () => Task.FromResult(wrong.Services.GetRequiredService<Leadership>().Current is not null), "it leads");
        var second = await world.JoinAsync(sale, "second");
        await world.UntilAsync(sale, second, PlaceState.Admitted);
        var claimed = (await world.ClaimAsync(second, room: 1)).Answer!;
        Assert.InRange(claimed.RedeemBy - TimeProvider.System.GetUtcNow(), TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(62));
        Assert.Equal(PlaceState.Admitted, (await world.StatusAsync(sale, first)).State);
        var admitted = await world.AdmittedAsync(sale);
        Assert.Equal(2, admitted.Select(one => one.Unit).Distinct().Count());

        // A sale that starts in a minute has not started for anyone.
        var later = await world.OpenAsync(1, sale => sale with { StartsAt = TimeProvider.System.GetUtcNow().AddMinutes(1) });
        var early = await world.JoinAsync(later, "early");
        await WaitFor.TrueAsync(
            () => Task.FromResult(world.Line.Board(later.Id) is { StoppedBecause: "not started", Waiting: 1 }),
            "the sale has been looked at");
        Assert.Equal(PlaceState.Waiting, (await world.StatusAsync(later, early)).State);
    }

    private sealed class ShiftedClock(TimeSpan by) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + by;
    }
}

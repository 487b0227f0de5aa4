using System.Diagnostics;

using FlashSale.Local.Servers;
using FlashSale.Tests.Support;
using FlashSale.Tests.WaitingRoom;

using Xunit;

namespace FlashSale.Tests.Survive;

/// <summary>In a failover a process goes on with what needs no Redis.</summary>
public sealed class FailoverThreadsTests
{
    private static readonly TimeSpan s_beat = TimeSpan.FromMilliseconds(20);

    [Fact]
    public async Task While_Sentinels_promote_a_replica_a_room_does_not_stand_still_for_half_of_the_failover()
    {
        await using var nodes = await RedisNodes.StartSentinelsAsync();
        await using var world = await LineWorld.StartAsync(rooms: 0, redis: nodes.ConnectionString);
        await using var room = await RoomProcess.StartAsync(world, Path.GetTempFileName());
        using var stop = new CancellationTokenSource();
        var starved = new ProcessorWait(room.Pid);
        var beating = BeatAsync(room, stop.Token);
        var began = Stopwatch.GetTimestamp();
        await nodes.FailOverAsync();
        await WaitFor.TrueAsync(room.IsReadyAsync, "the room has found the new primary");
        var failover = Stopwatch.GetElapsedTime(began);
        await stop.CancelAsync();
        var longest = await beating;
        var busy = await starved.StopAsync();
        TestContext.Current.SendDiagnosticMessage("stood still {0}, starved {1}, failover {2}", longest, busy, failover);
        Assert.True(longest - busy < failover / 2, $"stood still for {longest}, {busy} of it starved, in a failover of {failover}");
    }

    /// <summary>The longest that the process took to say that it lives.</summary>
    private static async Task<TimeSpan> BeatAsync(RoomProcess room, CancellationToken stop)
    {
        var longest = TimeSpan.Zero;
        while (!stop.IsCancellationRequested)
        {
            var asked = Stopwatch.GetTimestamp();
            Assert.True(await room.IsLiveAsync());
            var took = Stopwatch.GetElapsedTime(asked);
            if (took > longest) longest = took;
            await Task.Delay(s_beat, CancellationToken.None);
        }

        return longest;
    }
}

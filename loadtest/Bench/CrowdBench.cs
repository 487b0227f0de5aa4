using System.Diagnostics;
using System.Globalization;

using StackExchange.Redis;

namespace FlashSale.LoadTest.Bench;

/// <summary>What a waiting shopper weighs, and how fast a unit that comes back reaches the next in line.</summary>
public sealed class CrowdBench(BenchTarget target, BenchClient client, BenchSize size)
{
    private const int Connections = 128;
    private const int Handovers = 200;

    /// <summary>Bytes of Redis and of one edge for each of a crowd of waiting shoppers.</summary>
    public async Task<IReadOnlyList<BenchResult>> MemoryAsync()
    {
        // The edge first meets a crowd of the same rate elsewhere, so that its heap has its working size before.
        var warmUp = await client.CreateSaleAsync("warm", 1000, paused: true).ConfigureAwait(false);
        await CrowdAsync(warmUp, size.Crowd / 10).ConfigureAwait(false);
        var sale = await client.CreateSaleAsync("crowd", 1000, paused: true).ConfigureAwait(false);
        await SettledAsync().ConfigureAwait(false);
        var (redisBefore, edgeBefore) = (await RedisBytesAsync().ConfigureAwait(false), EdgeBytes());
        var joined = await CrowdAsync(sale, size.Crowd).ConfigureAwait(false);
        await SettledAsync().ConfigureAwait(false);
        var redis = (double)(await RedisBytesAsync().ConfigureAwait(false) - redisBefore) / joined;
        var edge = (double)Math.Max(0, EdgeBytes() - edgeBefore) / joined;
        return [BenchResult.AtMost("memory-redis", redis, 110, "bytes"), BenchResult.AtMost("memory-edge", edge, 24, "bytes")];
    }

    /// <summary>From a unit coming free to the next shopper's admission being claimable, 99th percentile.</summary>
    public async Task<BenchResult> AdmitLatencyAsync()
    {
        var sale = await client.CreateSaleAsync("handover", 1, paused: false).ConfigureAwait(false);
        var line = new Queue<string>(await client.JoinAsync(sale, Handovers + 1).ConfigureAwait(false));
        var token = await client.ClaimWhenCalledAsync(sale, line.Dequeue()).ConfigureAwait(false);
        var waits = new List<double>();
        while (line.TryDequeue(out var next))
        {
            var reservation = await client.ReserveAsync(sale, token).ConfigureAwait(false);
            var freed = Stopwatch.GetTimestamp();
            await client.GiveBackAsync(reservation, token).ConfigureAwait(false);
            token = await client.ClaimWhenCalledAsync(sale, next).ConfigureAwait(false);
            waits.Add(Stopwatch.GetElapsedTime(freed).TotalMilliseconds);
        }

        waits.Sort();
        return BenchResult.AtMost("admit-latency", waits[(int)(0.99 * (waits.Count - 1))], 500, "ms p99");
    }

    /// <summary>Joins at least that many shoppers; how many.</summary>
    public async Task<long> CrowdAsync(string sale, long shoppers)
    {
        long joined = 0;
        while (joined < shoppers)
        {
            var round = TimeSpan.FromSeconds(shoppers - joined > 100_000 ? 4 : 1);
            var result = await Wrk.RunAsync(
                new Uri(target.Edge, $"/sales/{sale}/ticket"), "fixed.lua", ["POST"], Connections, round).ConfigureAwait(false);
            joined += (long)(result.PerSecond * round.TotalSeconds);
        }

        return joined;
    }

    /// <summary>What Redis has in memory.</summary>
    public async Task<long> RedisBytesAsync()
    {
        using var redis = await ConnectionMultiplexer.ConnectAsync(target.Redis + ",allowAdmin=true").ConfigureAwait(false);
        var info = await redis.GetServers()[0].InfoAsync("memory").ConfigureAwait(false);
        return long.Parse(
            info.SelectMany(group => group).First(pair => pair.Key == "used_memory").Value, CultureInfo.InvariantCulture);
    }

    private long EdgeBytes()
    {
        using var process = Process.GetProcessById(target.EdgePid);
        return process.WorkingSet64;
    }

    // Lets the collector of the edge give back what the joins' requests used; it does so when idle.
    private static Task SettledAsync() => Task.Delay(TimeSpan.FromSeconds(5));
}

using System.Diagnostics;
using System.Globalization;

using Dapper;

using MySqlConnector;

using StackExchange.Redis;

namespace FlashSale.LoadTest.Bench;

/// <summary>What a waiting shopper weighs, and how fast a unit that comes back reaches the next in line.</summary>
public sealed class CrowdBench(BenchTarget target, BenchClient client, BenchSize size)
{
    private const double MostLatency = 500;
    private const int Connections = 128;
    private const int Handovers = 200;

    /// <summary>The sale beside the one whose handovers are timed: carts in the ledger and shoppers in its line.</summary>
    private const int Carts = 50_000;
    private const int PaySeconds = 300;
    private const int WaitingBeside = 100_000;
    private static readonly TimeSpan s_cartsLimit = TimeSpan.FromSeconds(60);

    /// <summary>The edge's resident set is read after each eighth of the crowd.</summary>
    private const int MemorySteps = 8;

    /// <summary>
    /// Bytes of Redis and of one edge for each of a crowd of waiting shoppers. All of them join through an edge that has seen
    /// nobody before. Its heap finds its working size during the first quarter; from then on the slope of the straight line
    /// through its resident set is what a shopper adds.
    /// </summary>
    public async Task<IReadOnlyList<BenchResult>> MemoryAsync()
    {
        var sale = await client.CreateSaleAsync("crowd", 1000, paused: true).ConfigureAwait(false);
        await using var edge = await target.Baselines.FreshEdgeAsync().ConfigureAwait(false);
        await SettledAsync().ConfigureAwait(false);
        var redisBefore = await RedisBytesAsync().ConfigureAwait(false);
        var points = new List<(double Shoppers, double Bytes)>();
        long joined = 0;
        for (var step = 1; step <= MemorySteps; step++)
        {
            joined += await CrowdAsync(edge.Url, sale, size.Crowd * (long)step / MemorySteps - joined).ConfigureAwait(false);
            await SettledAsync().ConfigureAwait(false);
            points.Add((joined, ResidentBytes(edge.Pid)));
        }

        var redis = (double)(await RedisBytesAsync().ConfigureAwait(false) - redisBefore) / joined;
        return
        [
            BenchResult.AtMost("memory-redis", redis, 90, "bytes"),
            BenchResult.AtMost("memory-edge", Slope(points[(MemorySteps / 4 - 1)..]), 16, "bytes"),
        ];
    }

    /// <summary>
    /// From a unit coming free to the next shopper's admission being claimable, 99th percentile: alone, and while the same system
    /// has another sale with many carts and many waiting.
    /// </summary>
    public async Task<IReadOnlyList<BenchResult>> AdmitLatencyAsync()
    {
        var alone = await HandoverP99Async().ConfigureAwait(false);
        var no = await FillSaleBesideAsync().ConfigureAwait(false);
        using var stop = new CancellationTokenSource();
        var turnover = TurnOverAsync(no, stop.Token);
        var beside = await HandoverP99Async().ConfigureAwait(false);
        await stop.CancelAsync().ConfigureAwait(false);
        await turnover.ConfigureAwait(false);
        return
        [
            BenchResult.AtMost("admit-latency", alone, MostLatency, "ms p99"),
            BenchResult.AtMost("admit-latency-beside", beside, MostLatency, "ms p99"),
        ];
    }

    /// <summary>Every cart of the sale beside changes once in its time to pay.</summary>
    private async Task TurnOverAsync(int no, CancellationToken stop)
    {
        const int PerSecond = Carts / PaySeconds;
        await using var connection = new MySqlConnection(target.MySql);
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1));
        for (var from = 1; !stop.IsCancellationRequested; from = from % Carts + PerSecond)
        {
            await connection.ExecuteAsync(
                "UPDATE reservations SET changed_at = UTC_TIMESTAMP(3) WHERE sale_no = @no AND live_unit BETWEEN @from AND @to",
                new { no, from, to = from + PerSecond - 1 }).ConfigureAwait(false);
            await timer.WaitForNextTickAsync(CancellationToken.None).ConfigureAwait(false);
        }
    }

    private async Task<double> HandoverP99Async()
    {
        var waits = await client.HandOverAsync(Handovers).ConfigureAwait(false);
        return waits[(int)(0.99 * (waits.Count - 1))];
    }

    /// <summary>Joins at least that many shoppers; how many.</summary>
    public Task<long> CrowdAsync(string sale, long shoppers) => CrowdAsync(target.Edge, sale, shoppers);

    private static async Task<long> CrowdAsync(Uri edge, string sale, long shoppers)
    {
        long joined = 0;
        while (joined < shoppers)
        {
            var round = TimeSpan.FromSeconds(shoppers - joined > 100_000 ? 4 : 1);
            var result = await Wrk.RunAsync(
                new Uri(edge, $"/sales/{sale}/ticket"), "fixed.lua", ["POST"], Connections, round).ConfigureAwait(false);
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

    /// <summary>
    /// A sale whose every unit is in a cart while a line waits for one to come back. The carts are written to the ledger, since
    /// to walk that many shoppers through the line would take minutes: as if one after the other within the time to pay.
    /// </summary>
    /// <returns>The number of that sale in the ledger.</returns>
    private async Task<int> FillSaleBesideAsync()
    {
        var sale = await client.CreateSaleAsync("beside", Carts, paused: true).ConfigureAwait(false);
        await CrowdAsync(sale, WaitingBeside).ConfigureAwait(false);
        int no;
        await using (var connection = new MySqlConnection(target.MySql))
        {
            no = await connection.ExecuteScalarAsync<int>("SELECT no FROM sales WHERE id = @sale", new { sale })
                .ConfigureAwait(false);
            foreach (var chunk in Enumerable.Range(1, Carts).Chunk(1000))
            {
                var rows = string.Join(',', chunk.Select(n => string.Create(CultureInfo.InvariantCulture,
                    $"(UNHEX(MD5('{sale} {n}')),{no},{n},'beside-{n}','1-{n:x}-{n:x}',{n},1,{n},'beside-{n}',1000,3,@now,@until,@until,@now - INTERVAL {Age(n)} SECOND)")));
                await connection.ExecuteAsync(
                    "INSERT INTO reservations (id, sale_no, unit, shopper, admission, place, state, live_unit, live_shopper, "
                    + "price_amount, attempts_allowed, created_at, pay_by, release_at, changed_at) VALUES "
                    + rows.Replace("@now", "UTC_TIMESTAMP(3)", StringComparison.Ordinal)
                        .Replace("@until", "UTC_TIMESTAMP(3) + INTERVAL 1 HOUR", StringComparison.Ordinal))
                    .ConfigureAwait(false);
            }
        }

        // Paused until the line knows that nothing is free: nobody of the crowd shall be admitted.
        var ticket = (await client.JoinAsync(sale, 1).ConfigureAwait(false))[0];
        var since = Stopwatch.GetTimestamp();
        while (await InCartsAsync(sale, ticket).ConfigureAwait(false) < Carts)
        {
            if (Stopwatch.GetElapsedTime(since) > s_cartsLimit)
                throw new TimeoutException($"the line has not learnt of the {Carts} carts of {sale}");
            await Task.Delay(200).ConfigureAwait(false);
        }

        await client.PatchAsync(sale, new { paused = false }).ConfigureAwait(false);
        return no;
    }

    /// <summary>Of the nth cart, in seconds.</summary>
    private static long Age(int n) => (long)(Carts - n) * PaySeconds / Carts;

    private async Task<int> InCartsAsync(string sale, string ticket)
    {
        using var place = await client.PollAsync(sale, ticket).ConfigureAwait(false);
        return place.RootElement.GetProperty("units").GetProperty("inCarts").GetInt32();
    }

    private static long ResidentBytes(int pid)
    {
        using var process = Process.GetProcessById(pid);
        return process.WorkingSet64;
    }

    /// <summary>Of the line with the least squares.</summary>
    private static double Slope(List<(double X, double Y)> points)
    {
        var (x, y) = (points.Average(point => point.X), points.Average(point => point.Y));
        return points.Sum(point => (point.X - x) * (point.Y - y)) / points.Sum(point => (point.X - x) * (point.X - x));
    }

    // Redis frees the buffers of the joins' requests when idle.
    private static Task SettledAsync() => Task.Delay(TimeSpan.FromSeconds(5));
}

using System.Diagnostics;
using System.Globalization;

using StackExchange.Redis;

namespace FlashSale.LoadTest.Bench;

/// <summary>What a shop of many sales pays for those that nobody joins.</summary>
public sealed class SalesBench(BenchTarget target, BenchClient client, SalesProcesses processes)
{
    /// <summary>
    /// Until lines sleep that were open and empty from the beginning, and what their beginning left is done.
    /// </summary>
    private static readonly TimeSpan s_settle = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan s_measured = TimeSpan.FromSeconds(10);
    private const int Handovers = 60;
    private const int Parallel = 8;
    private const int Inventory = 100;

    /// <summary>A row for each of these numbers of idle sales, which must ascend.</summary>
    public async IAsyncEnumerable<SalesRow> RunAsync(IReadOnlyList<int> sizes)
    {
        ArgumentNullException.ThrowIfNull(sizes);
        await client.HandOverAsync(Handovers).ConfigureAwait(false); // Warms up.
        var sales = 0;
        foreach (var size in sizes)
        {
            var parallel = new ParallelOptions { MaxDegreeOfParallelism = Parallel };
            await System.Threading.Tasks.Parallel.ForAsync(sales, size, parallel, async (_, _) =>
                await client.CreateSaleAsync("idle", Inventory, paused: false).ConfigureAwait(false))
                .ConfigureAwait(false);
            sales = size;
            await Task.Delay(s_settle).ConfigureAwait(false);
            var (before, since) = (processes.CpuSeconds(), Stopwatch.GetTimestamp());
            var commands = await CommandsAsync().ConfigureAwait(false);
            await Task.Delay(s_measured).ConfigureAwait(false);
            var (after, more) = (processes.CpuSeconds(), await CommandsAsync().ConfigureAwait(false));
            var seconds = Stopwatch.GetElapsedTime(since).TotalSeconds;
            double Percent(Func<SalesProcesses.Cpu, double> of) =>
                Math.Round(100 * (of(after) - of(before)) / seconds, 2);
            var turns = await client.HandOverAsync(Handovers).ConfigureAwait(false);
            yield return new SalesRow(
                size, Percent(one => one.WaitingRoom), Percent(one => one.Edge), Percent(one => one.Redis),
                Percent(one => one.Checkout), Math.Round((more - commands) / seconds, 1), Math.Round(turns[turns.Count / 2], 1));
        }
    }

    /// <summary>All that Redis has done, scripts' own commands not counted.</summary>
    private async Task<long> CommandsAsync()
    {
        using var redis = await ConnectionMultiplexer.ConnectAsync(target.Redis + ",allowAdmin=true")
            .ConfigureAwait(false);
        var info = await redis.GetServers()[0].InfoAsync("stats").ConfigureAwait(false);
        var processed = info.SelectMany(group => group).First(pair => pair.Key == "total_commands_processed").Value;
        return long.Parse(processed, CultureInfo.InvariantCulture);
    }
}

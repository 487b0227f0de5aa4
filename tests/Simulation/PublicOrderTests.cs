using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;

using FlashSale.Contract;
using FlashSale.LoadTest.Verify;
using FlashSale.Queue;
using FlashSale.Simulator;

using Xunit;

namespace FlashSale.Tests.Simulation;

/// <summary>
/// The public log of calls after sales with faults of all kinds: Redis killed, emptied and put back to an old copy, leaders that
/// pause and lose the lease. <c>FLASHSALE_ORDER_SALES=1000</c> judges more of them.
/// </summary>
public sealed class PublicOrderTests(ITestOutputHelper output)
{
    private const ulong Seed = 20_261_130;

    private static int Sales => Environment.GetEnvironmentVariable("FLASHSALE_ORDER_SALES") is { } text
        ? int.Parse(text, CultureInfo.InvariantCulture) : 60;

    [Fact]
    public void Invariant3_The_order_that_is_public_holds_after_faults_and_a_log_in_which_two_calls_were_swapped_is_refused()
    {
        var (called, refused, swapped, shuffled, begunAnew) = (0, 0, 0, 0, 0);
        for (var sale = 0; sale < Sales; sale++)
        {
            var run = SimulatedSale.Run(ScenarioSource.Draw(SaleSeeds.Of(Seed, sale)));
            if (OrderOf(run) is not { } order) continue;
            Assert.True(OrderJudge.Judge(order) is [], $"sale {sale}: {string.Join(", ", OrderJudge.Judge(order).Take(5))}\n{Told(order)}");
            called += order.Logs.Sum(log => log.Calls.Count(one => one.What == "called"));
            if (order.Logs.Count > 1) begunAnew++;
            if (order.Shuffle?.Count > 0) shuffled++;
            if (Swapped(order.Logs[0]) is not { } log) continue;
            swapped++;
            if (OrderJudge.Judge(order with { Logs = [log] }).Count > 0) refused++;
        }

        output.WriteLine($"{called} calls of {Sales} sales, {shuffled} shuffled, {begunAnew} begun anew; {refused} of {swapped} swaps refused");
        Assert.True(called > 0 && shuffled > 0 && begunAnew > 0 && swapped > 0);
        Assert.Equal(swapped, refused);
    }

    /// <summary>The first two that were called when their rank was reached, the one for the other; null when there are none.</summary>
    private static PublicLog? Swapped(PublicLog log)
    {
        var back = log.Calls.Where(one => one.What is "passedOver" or "left").Select(one => one.Number).ToHashSet();
        var two = log.Calls.Where(one => one is { What: "called", Epoch: null } && !back.Contains(one.Number)).Take(2).ToList();
        if (two.Count < 2) return null;
        return log with
        {
            Calls = [.. log.Calls.Select(one => one.N == two[0].N ? one with { Number = two[1].Number } : one.N == two[1].N ? one with { Number = two[0].Number } : one)],
        };
    }

    /// <summary>What an edge would tell; null when there is no line in the end.</summary>
    private static PublicOrder? OrderOf(SaleRun run)
    {
        var (redis, sale) = (run.Redis!, run.Scenario.Sale);
        var keys = new LineKeys(sale.Id);
        var line = redis.Read(keys.Line).ToDictionary(one => (string)one.Name!, one => one.Value);
        if (!line.TryGetValue("epoch", out var epoch)) return null;
        var past = ((string?)line.GetValueOrDefault("past", "") ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(one => one.Split(':'))
            .Select(one => new PublicShuffle.PastCount(uint.Parse(one[0], null), one[1] == "-" ? null : long.Parse(one[1], null))).ToList();
        List<PublicLog> logs = [.. past.Select(one => one.Epoch).Prepend((uint)epoch).Select(one => Log(run, keys, one))];
        if (sale.Order == LineOrder.Fifo) return new PublicOrder("fifo", null, logs);
        var seed = Convert.FromBase64String(sale.Seed);
        long? count = line.TryGetValue("shuffled", out var shuffled) ? (long)shuffled : null;
        return new PublicOrder("shuffle", new PublicShuffle(
            Shuffle.Algorithm, (uint)epoch, count, Convert.ToHexStringLower(SHA256.HashData(seed)), count is null ? null : sale.Seed, null, past), logs);
    }

    private static PublicLog Log(SaleRun run, LineKeys keys, uint epoch)
    {
        var bytes = (byte[])run.Redis!.Run(Script.Calls, [keys.Calls(epoch)], [0, 10_000_000])!;
        return new PublicLog(epoch, [.. Call.Parse(bytes).Select((call, i) => new CallEntry(
            i + 1, call.At, call.Place.Number, JsonNamingPolicy.CamelCase.ConvertName(call.What.ToString()),
            call.Place.Epoch == epoch ? null : call.Place.Epoch))]);
    }

    private static string Told(PublicOrder order) => string.Join('\n', order.Logs.SelectMany(log => log.Calls.Select(one =>
        $"log {log.Epoch} {one.N} {one.At:mm:ss} {one.Number} of {one.Epoch ?? log.Epoch} rank {new PublicRanks(order).Of(new Place(one.Epoch ?? log.Epoch, one.Number))} {one.What}")));
}

using FlashSale.Simulator;

namespace FlashSale.Command.Simulate;

/// <summary>One run: <c>./flashsale simulate --seed {Seed} --sales {Sales}</c> at <paramref name="Commit"/>.</summary>
/// <param name="Violations">One for each sale that had any, of the first hundred: each names its sale.</param>
/// <param name="FailedSales">All that had any.</param>
public sealed record SimulatedRun(
    int Seed, string Commit, string Machine, int Cores, long Sales, long Events, long Faults,
    IReadOnlyDictionary<string, long> ByKind, long FailedSales, IReadOnlyList<string> Violations, double SalesPerSecond)
{
    internal static SimulatedRun Of(int seed, string commit, string machine, int cores, Tally tally) => new(
        seed, commit, machine, cores, tally.Sales, tally.Events, tally.FaultCount,
        SimulateRecord.Sorted(tally.Faults.Select(pair => KeyValuePair.Create(pair.Key.ToString(), pair.Value))), tally.FailedCount,
        [.. tally.Failed.Select(failed => $"sale {failed.Sale}: {failed.Violations[0]}")], Math.Round(tally.SalesPerSecond, 1));
}

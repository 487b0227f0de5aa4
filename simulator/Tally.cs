namespace FlashSale.Simulator;

/// <summary>How many sales went so far.</summary>
/// <param name="Faults">How often each kind of fault began.</param>
/// <param name="Failed">The first ones, by number.</param>
/// <param name="FailedCount">All of them.</param>
public sealed record Tally(
    long Sales, long Events, IReadOnlyDictionary<FaultKind, long> Faults, IReadOnlyList<FailedSale> Failed, long FailedCount,
    TimeSpan Took)
{
    public long FaultCount => Faults.Values.Sum();

    public double SalesPerSecond => Sales / Math.Max(1e-9, Took.TotalSeconds);
}

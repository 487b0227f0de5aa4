namespace FlashSale.Command.Simulate;

/// <summary>All runs of a file.</summary>
/// <param name="FailedSales">Sales with a violation; each run says which.</param>
public sealed record SimulateTotal(
    int Runs, long Sales, long Events, long Faults, IReadOnlyDictionary<string, long> ByKind, long FailedSales);

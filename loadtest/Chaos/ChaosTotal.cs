namespace FlashSale.LoadTest.Chaos;

/// <summary>All runs of a file.</summary>
/// <param name="Violations">How many; each run says which.</param>
public sealed record ChaosTotal(
    int Runs, int Sales, double Minutes, int Faults, IReadOnlyDictionary<string, int> ByKind, int Violations);

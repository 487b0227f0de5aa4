namespace FlashSale.LoadTest.Chaos;

/// <summary>What a run has shown.</summary>
/// <param name="Seeds">Of each sale.</param>
/// <param name="Minutes">That it took.</param>
/// <param name="Faults">Injected.</param>
/// <param name="Violations">Each a sentence that begins with the sale's seed and the invariant's number.</param>
public sealed record ChaosVerdict(
    IReadOnlyList<int> Seeds, double Minutes, int Faults, IReadOnlyDictionary<string, int> ByKind,
    IReadOnlyList<string> Violations)
{
    /// <summary>By name, every fault that only a system on such servers and hosts shows; every one, if it stood on one of each.</summary>
    public IReadOnlyList<string> Kinds { get; init; } = [];
}

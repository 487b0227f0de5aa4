namespace FlashSale.Tests.Simulation;

/// <summary>What has been compared: the record of a run.</summary>
internal sealed class LedgerTally
{
    public SortedDictionary<string, int> Operations { get; } = new(StringComparer.Ordinal);

    public SortedDictionary<string, int> Outcomes { get; } = new(StringComparer.Ordinal);

    public int Comparisons { get; set; }

    /// <summary>Operations that began while another had not committed.</summary>
    public int Overlaps { get; private set; }

    /// <summary>Of these, those that waited as the model said.</summary>
    public int Waited { get; private set; }

    /// <summary>Those that waited although the model did not say so: for a gap.</summary>
    public int WaitedBesides { get; private set; }

    public int Total => Operations.Values.Sum();

    public void Add(LedgerOperation operation, string outcome)
    {
        Count(Operations, operation.Kind);
        foreach (var one in outcome.Split("; ")) Count(Outcomes, $"{operation.Kind}: {one.Split(' ')[0]}");
    }

    public void AddOverlap(bool waited, bool asSaid)
    {
        Overlaps++;
        if (waited && asSaid) Waited++;
        else if (waited) WaitedBesides++;
    }

    public void Count(string kind) => Count(Operations, kind);

    private static void Count(SortedDictionary<string, int> counts, string name) =>
        counts[name] = counts.GetValueOrDefault(name) + 1;
}

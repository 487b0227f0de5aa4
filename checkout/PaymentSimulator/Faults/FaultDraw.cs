namespace FlashSale.PaymentSimulator.Faults;

/// <summary>The faults of one call.</summary>
public readonly struct FaultDraw(FaultPlan plan, string operation, int call)
{
    public string Operation => operation;

    public bool Has(string fault) =>
        plan.Rates is { } rates && rates.TryGetValue(fault, out var rate) && rate > 0
        && Number(fault) / (double)ulong.MaxValue < rate;

    /// <summary>Names of all faults that this call has.</summary>
    public IEnumerable<string> Names()
    {
        var draw = this;
        return Fault.All.Where(fault => draw.Has(fault));
    }

    /// <summary>A further reproducible number, for a choice within a fault.</summary>
    public ulong Number(string purpose)
    {
        var hash = 14695981039346656037UL ^ plan.Seed;
        foreach (var c in operation) hash = (hash ^ c) * 1099511628211UL;
        foreach (var c in purpose) hash = (hash ^ c) * 1099511628211UL;
        return Mix(hash ^ Mix((ulong)call));
    }

    // The finaliser of SplitMix64.
    private static ulong Mix(ulong z)
    {
        z += 0x9E3779B97F4A7C15UL;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
        return z ^ (z >> 31);
    }
}

namespace FlashSale.Simulator;

/// <summary>The seeds of many sales, drawn from one.</summary>
public static class SaleSeeds
{
    /// <summary>The seed of the sale with this number: a mix of both (SplitMix64), so that neighbours have nothing in common.</summary>
    public static ulong Of(ulong seed, long sale) => Mix(Mix(seed) + (ulong)sale * 0x9E3779B97F4A7C15);

    private static ulong Mix(ulong x)
    {
        x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
        x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
        return x ^ (x >> 31);
    }
}

namespace FlashSale.LoadTest.Crowd;

/// <summary>What one shopper of a crowd does by chance, the same for the same seed in every process.</summary>
public static class CrowdChance
{
    /// <summary>
    /// The draw that a shopper's behaviour is chosen by, and the seed of what that shopper does later: both from one source,
    /// one after the other, or who was chosen by a low draw would do everything by low draws.
    /// </summary>
    public static (double Draw, int Seed) Of(int seed, int shopper)
    {
        var chance = new Random(SeedOf(seed, shopper));
        return (chance.NextDouble(), chance.Next());
    }

    public static int SeedOf(int seed, int shopper) => unchecked((seed * 397) ^ shopper);
}

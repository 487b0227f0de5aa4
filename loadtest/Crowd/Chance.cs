namespace FlashSale.LoadTest.Crowd;

/// <summary>What one shopper of a crowd does by chance, the same for the same seed in every process.</summary>
public static class Chance
{
    public static int SeedOf(int seed, int shopper) => unchecked((seed * 397) ^ shopper);
}

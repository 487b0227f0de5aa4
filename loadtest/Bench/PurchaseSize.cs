namespace FlashSale.LoadTest.Bench;

/// <summary>How long whole purchases are measured.</summary>
/// <param name="WarmUps">Rounds of each side that do not count, before the first load.</param>
/// <param name="Rounds">Rounds of each side and load that count.</param>
/// <param name="Stock">Of the baselines.</param>
public sealed record PurchaseSize(int WarmUps, int Rounds, TimeSpan Round, int Stock)
{
    public static PurchaseSize Full { get; } = new(6, 3, TimeSpan.FromSeconds(5), 200_000);

    /// <summary>For a quick look while developing: the same figures with more noise.</summary>
    public static PurchaseSize Quick { get; } = new(3, 1, TimeSpan.FromSeconds(4), 50_000);
}

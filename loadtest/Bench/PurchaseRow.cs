namespace FlashSale.LoadTest.Bench;

/// <summary>Whole purchases under one load, ours and both baselines'.</summary>
public sealed record PurchaseRow(PurchaseLoad Load, PurchaseSide Ours, PurchaseSide Counter, PurchaseSide SkipLocked)
{
    /// <summary>Ours over the better baseline.</summary>
    public double Ratio => Ours.PerSecond / Math.Max(Counter.PerSecond, SkipLocked.PerSecond);
}

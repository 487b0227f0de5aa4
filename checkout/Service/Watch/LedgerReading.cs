namespace FlashSale.Checkout.Watch;

/// <summary>What the ledger said, or did not.</summary>
/// <param name="ReadAt">This machine's timestamp.</param>
public sealed record LedgerReading(
    bool IsUp, long ReadAt, double SweepLagSeconds, double OldestPaymentSeconds,
    IReadOnlyList<SaleReading> Sales)
{
    /// <summary>Before the first.</summary>
    public static LedgerReading None { get; } = new(false, 0, 0, 0, []);
}

namespace FlashSale.LoadTest.Reports;

/// <summary>What the payment provider's own books say of the sale.</summary>
public sealed record ProviderTotals(int Payments, int NetCaptures, int Open);

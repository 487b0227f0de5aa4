namespace FlashSale.Checkout.Watch;

/// <summary>One sale as the ledger has it.</summary>
public sealed record SaleReading(
    string Sale, long Inventory, long Held, long Sold, long Withdrawn, long Oversold, long Twice,
    long UnsoldCaptures);

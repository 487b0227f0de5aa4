namespace FlashSale.Checkout.Operators;

/// <summary>The ledger's part of it.</summary>
public sealed record UnitCounts(int Held, int Sold, int Released, int Refunded, DateTimeOffset AsOf);

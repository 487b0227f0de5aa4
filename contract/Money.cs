namespace FlashSale.Contract;

/// <summary>Money in minor units (cents) of a lower-case ISO 4217 currency.</summary>
public sealed record Money(long Amount, string Currency);

namespace FlashSale.Contract;

/// <summary>
/// The units of one sale that are held, in one number: the sum of the CRC-32 (IEEE 802.3) of their admissions' ids.
/// </summary>
public sealed record HeldSum(SaleId Sale, long Sum);

namespace FlashSale.LoadTest.Bench;

/// <summary>How hard is bought.</summary>
/// <param name="ProviderMs">What the provider takes for each call.</param>
/// <param name="AtOnce">Buyers at the same time.</param>
public sealed record PurchaseLoad(int ProviderMs, int AtOnce);

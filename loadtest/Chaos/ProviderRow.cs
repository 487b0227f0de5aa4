namespace FlashSale.LoadTest.Chaos;

/// <summary>A payment as the provider's own ledger has it after the run, in minor units.</summary>
public sealed record ProviderRow(string Reservation, long Captured, long Refunded, bool Authorised, bool Voided);

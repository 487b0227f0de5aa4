namespace FlashSale.LoadTest.Chaos;

/// <summary>One admission: whose, from which place, and when.</summary>
/// <param name="AdmittedAt">When the admission was made, by the ledger's clock: redeem-by minus the time to claim.</param>
/// <param name="JoinSent">When its shopper first asked for the place.</param>
internal sealed record Admitted(string Shopper, long Epoch, long Number, double AdmittedAt, double JoinSent);

namespace FlashSale.Simulator.Models;

/// <summary>A verified admission on its way to become a reservation.</summary>
/// <param name="Id">The reservation's, if it becomes one.</param>
/// <param name="ByStorefront">The storefront's server redeems it: the reservation is that server's.</param>
public sealed record LedgerRedemption(
    long Id, string Admission, string Shopper, int Unit, long Place, DateTimeOffset RedeemBy,
    bool ByStorefront = false);

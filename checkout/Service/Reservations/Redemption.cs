using FlashSale.Contract;

namespace FlashSale.Checkout.Reservations;

/// <summary>A verified admission on its way to become a reservation.</summary>
/// <param name="Admission"><c>jti</c>, at most <see cref="MaxAdmissionLength"/> characters.</param>
/// <param name="ByStorefront">
/// The storefront's server redeems it with its API key: the reservation is that server's, and the token opens it no more.
/// </param>
public sealed record Redemption(
    int SaleNo, string Admission, ShopperId Shopper, int Unit, long Place, DateTimeOffset RedeemBy, bool ByStorefront = false)
{
    /// <summary>What the ledger's column holds.</summary>
    public const int MaxAdmissionLength = 64;
}

using FlashSale.Checkout.Ledger;
using FlashSale.Contract;

namespace FlashSale.Checkout.Reservations;

/// <summary>A row of <c>reservations</c> that belongs to a shopper, as read at <paramref name="Now"/>.</summary>
/// <param name="Price">As it was when the unit was put in the cart: what the shopper pays.</param>
/// <param name="PaymentAttempts">Attempts begun so far.</param>
/// <param name="SecuredBy">The payment attempt that secured the unit; null when a storefront took the payment.</param>
/// <param name="Now">The database's clock when the row was read.</param>
/// <param name="ByStorefront">Made or taken over by the storefront's server: only its API key opens it.</param>
public sealed record Reservation(
    Guid Id, int SaleNo, SaleId Sale, int Unit, string Shopper, string Admission, long Place,
    ReservationState State, ReleaseReason? Reason, Money Price, int AttemptsAllowed, int PaymentAttempts,
    PaymentState PaymentState, Guid? SecuredBy, string? OrderNumber,
    DateTimeOffset CreatedAt, DateTimeOffset PayBy, DateTimeOffset ReleaseAt, DateTimeOffset ChangedAt,
    DateTimeOffset Now, bool ByStorefront)
{
    /// <summary>What the shopper knows it by.</summary>
    public ReservationId PublicId => new(Sale, Id);

    /// <summary>True while the unit is the shopper's: held, being captured or sold; also while its money is on the way back.</summary>
    public bool IsLive => State is ReservationState.Held or ReservationState.Securing or ReservationState.Sold
        or ReservationState.Refunding;
}

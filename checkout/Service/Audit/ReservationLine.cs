using FlashSale.Checkout.Ledger;
using FlashSale.Checkout.Reservations;
using FlashSale.Contract;

namespace FlashSale.Checkout.Audit;

/// <summary>A reservation as operators see it.</summary>
/// <param name="NetCaptured">
/// What the provider has of its price, in minor units, by our books: nothing when the storefront took the payment, or once
/// the money is back.
/// </param>
public sealed record ReservationLine(
    string Id, int Unit, string State, string? Reason, string Shopper, string Admission, long Place, Money Price,
    string PaymentState, int PaymentAttempts, string? OrderNumber, DateTimeOffset CreatedAt, DateTimeOffset PayBy,
    DateTimeOffset ChangedAt, long NetCaptured)
{
    internal static ReservationLine Of(Reservation row) => new(
        row.PublicId.ToString(), row.Unit,
        ReservationView.Name(row.State is ReservationState.Securing ? ReservationState.Held : row.State),
        row.Reason is { } reason ? ReservationView.Name(reason) : null, row.Shopper, row.Admission, row.Place, row.Price,
        ReservationView.Name(row.PaymentState), row.PaymentAttempts, row.OrderNumber, row.CreatedAt, row.PayBy, row.ChangedAt,
        row is { State: ReservationState.Sold or ReservationState.Refunding, SecuredBy: not null } ? row.Price.Amount : 0);
}

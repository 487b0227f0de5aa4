using FlashSale.Checkout.Reservations;
using FlashSale.Contract;

namespace FlashSale.Checkout.Payments.Differences;

/// <summary>A difference between the books, for the person who looks into it.</summary>
/// <param name="PaymentIntent">What to look for at the provider.</param>
/// <param name="Detail">The provider's own word.</param>
/// <param name="WhatToDo">In a sentence.</param>
public sealed record Difference(
    string Attempt, string Kind, string Reservation, string? PaymentIntent, Money Amount, string Detail, DateTimeOffset Since,
    string WhatToDo)
{
    internal static Difference Of(DifferenceRow row) => new(
        row.Attempt.ToString("N"), ReservationView.Name(row.Kind),
        new ReservationId(SaleId.Parse(row.Sale), row.Reservation).ToString(), row.Intent,
        new Money(row.Amount, row.Currency), row.Detail, row.RaisedAt, row.Kind switch
        {
            DifferenceKind.RefundedElsewhere =>
                "The unit is still sold. POST /admin/reservations/{id}/refund says what becomes of it, and sends no money twice "
                + "(what is left of the price goes back too); or answer it: then the unit stays sold.",
            DifferenceKind.RefundFailed =>
                "The buyer has not got the money. POST /admin/reservations/{id}/refund with a new Idempotency-Key tries again; "
                + "or pay in another way, and answer it.",
            _ => "Answer the dispute at the provider in time, then answer it here. If it is lost the money is gone: the unit is "
                + "yours to decide about.",
        });
}

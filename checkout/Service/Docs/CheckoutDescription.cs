using FlashSale.Contract;
using FlashSale.Contract.OpenApi;

namespace FlashSale.Checkout.Docs;

/// <summary>The checkout's routes behind the gate, for their OpenAPI document.</summary>
public static class CheckoutDescription
{
    public const string Document = "checkout";

    private const string Carts = "Reservations", Money = "Payments";

    public static IReadOnlyList<RouteDescription> Routes { get; } =
    [
        new("POST", "/sales/{sale}/reservations", "Add the admitted unit to the cart.", Caller.Admission)
        {
            Tag = Carts,
            Answers =
            [
                new(201, "The unit is in the cart", typeof(Schemas.Reservation)),
                new(200, "The same reservation, when repeated", typeof(Schemas.Reservation)),
            ],
            Problems =
            [
                Problem.AdmissionRequired, Problem.AdmissionInvalid, Problem.WrongSale, Problem.UnknownSale,
                Problem.NotYourTurn, Problem.AlreadyReserved, Problem.AlreadyBought, Problem.AdmissionMissed,
                Problem.AdmissionSpent, Problem.SaleEnded, Problem.Unavailable,
            ],
        },
        new("GET", "/reservations/{id}", "My reservation.", Caller.Admission)
        {
            Tag = Carts,
            Answers = [new(200, "As it is now", typeof(Schemas.Reservation))],
            Problems = [Problem.AdmissionRequired, Problem.AdmissionInvalid, Problem.NotFound, Problem.Unavailable],
        },
        new("DELETE", "/reservations/{id}", "Give the unit back to the next in line.", Caller.Admission)
        {
            Tag = Carts,
            Answers = [new(200, "Released; the same when repeated", typeof(Schemas.Reservation))],
            Problems =
            [
                Problem.AdmissionRequired, Problem.NotFound, Problem.AlreadyBought, Problem.PaymentInProgress,
                Problem.Unavailable,
            ],
        },
        new("POST", "/reservations/{id}/payments", "Pay.", Caller.Admission)
        {
            Tag = Money,
            Body = typeof(Schemas.PayRequest),
            Inputs = [new("Idempotency-Key", "The same key and body replay the first answer.", Required: true, IsHeader: true)],
            Answers =
            [
                new(201, "Sold", typeof(Schemas.Reservation)),
                new(202, "The outcome is still unknown: read the reservation", typeof(Schemas.Reservation)),
            ],
            Problems =
            [
                Problem.Malformed, Problem.AdmissionRequired, Problem.PaymentDeclined, Problem.NotFound,
                Problem.PaymentInProgress, Problem.ReservationEnded, Problem.IdempotencyKeyReused, Problem.Unavailable,
            ],
        },
        new("POST", "/reservations/{id}/confirm", "A storefront's server has taken the payment itself.", Caller.Storefront)
        {
            Tag = Carts,
            Answers = [new(200, "Sold; the same when repeated", typeof(Schemas.Reservation))],
            Problems =
            [
                Problem.ApiKeyInvalid, Problem.NotFound, Problem.PaymentInProgress, Problem.ReservationEnded,
                Problem.Unavailable,
            ],
        },
        new("POST", "/payments/webhooks", "From the payment provider, signed over the raw body.")
        {
            Tag = Money, Answers = [new(200, "Taken")], Problems = [Problem.Malformed, Problem.TooLarge],
        },
    ];
}

using FlashSale.Contract;
using FlashSale.Pages.OpenApi;

namespace FlashSale.Checkout.Docs;

/// <summary>The checkout's routes behind the gate, for their OpenAPI document.</summary>
public static class CheckoutDescription
{
    public const string Document = "checkout";

    private const string Carts = "Reservations", Money = "Payments", Hooks = "Webhooks";
    private static readonly Problem[] s_own = [Problem.ApiKeyInvalid, Problem.NotFound, Problem.SlowDown, Problem.Unavailable];

    public static IReadOnlyList<RouteDescription> Routes { get; } =
    [
        new("POST", "/sales/{sale}/reservations", "Add the admitted unit to the cart. A storefront's server sends its API key, and the token in the body: from then on "
            + "only that key opens the reservation.", Caller.AdmissionOrStorefront)
        {
            Tag = Carts,
            Body = typeof(Schemas.RedeemRequest),
            Answers =
            [
                new(201, "The unit is in the cart", typeof(Schemas.Reservation)),
                new(200, "The same reservation, when repeated", typeof(Schemas.Reservation)),
            ],
            Problems =
            [
                Problem.Malformed, Problem.AdmissionRequired, Problem.AdmissionInvalid, Problem.ApiKeyInvalid,
                Problem.WrongSale, Problem.UnknownSale, Problem.NotYourTurn, Problem.AlreadyReserved, Problem.AlreadyBought, Problem.AdmissionMissed,
                Problem.AdmissionSpent, Problem.SaleEnded, Problem.Unavailable,
            ],
        },
        new("GET", "/reservations/{id}", "My reservation.", Caller.AdmissionOrStorefront)
        {
            Tag = Carts,
            Answers = [new(200, "As it is now", typeof(Schemas.Reservation))],
            Problems =
            [
                Problem.AdmissionRequired, Problem.AdmissionInvalid, Problem.ApiKeyInvalid, Problem.NotFound,
                Problem.Unavailable,
            ],
        },
        new("DELETE", "/reservations/{id}", "Give the unit back to the next in line.", Caller.AdmissionOrStorefront)
        {
            Tag = Carts,
            Answers = [new(200, "Released; the same when repeated", typeof(Schemas.Reservation))],
            Problems =
            [
                Problem.AdmissionRequired, Problem.ApiKeyInvalid, Problem.NotFound, Problem.AlreadyBought,
                Problem.PaymentInProgress, Problem.Unavailable,
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
                new(202, "The outcome is still unknown: read the reservation; or `actionRequired`, with `payment.nextAction`: the "
                    + "shopper's bank asks, or the provider's own page is to be opened", typeof(Schemas.Reservation)),
            ],
            Problems =
            [
                Problem.Malformed, Problem.AdmissionRequired, Problem.PaymentDeclined, Problem.NotFound,
                Problem.PaymentInProgress, Problem.ReservationEnded, Problem.IdempotencyKeyReused, Problem.Unavailable,
            ],
        },
        new("POST", "/reservations/{id}/payments/{key}/continue", "The bank has asked me: how does the payment stand?", Caller.Admission)
        {
            Tag = Money,
            Answers =
            [
                new(201, "Sold", typeof(Schemas.Reservation)),
                new(202, "The bank's challenge is still open, or the outcome unknown", typeof(Schemas.Reservation)),
            ],
            Problems =
            [
                Problem.AdmissionRequired, Problem.PaymentDeclined, Problem.NotFound, Problem.ReservationEnded,
                Problem.Unavailable,
            ],
        },
        new("POST", "/reservations/{id}/confirm", "A storefront's server has taken the payment itself.", Caller.Storefront)
        {
            Tag = Carts,
            Answers = [new(200, "Sold; the same when repeated", typeof(Schemas.Reservation))],
            Problems =
            [
                Problem.ApiKeyInvalid, Problem.NotFound, Problem.AlreadyBought, Problem.PaymentInProgress,
                Problem.ReservationEnded, Problem.Unavailable,
            ],
        },
        new("POST", "/reservations/{id}/refund", "A storefront's server gives the money of a sold unit back (or has done so, when it took the "
            + "payment itself): the unit goes to the next in line, or out of the sale.", Caller.Storefront)
        {
            Tag = Money,
            Body = typeof(Schemas.RefundRequest),
            Inputs = [new("Idempotency-Key", "The same key and body say how it stands now.", Required: true, IsHeader: true)],
            Answers = [new(202, "`refunding`, or `refunded` already", typeof(Schemas.Reservation))],
            Problems =
            [
                Problem.Malformed, Problem.ApiKeyInvalid, Problem.NotFound, Problem.NotSold, Problem.PaymentInProgress,
                Problem.InventoryInUse, Problem.IdempotencyKeyReused, Problem.Unavailable,
            ],
        },
        Own("PUT", "/storefronts/{id}/webhook", "Register or move the URL that is told of my units.") with
        {
            Body = typeof(Schemas.Webhook),
            Answers =
            [
                new(201, "Registered; the secret is shown once", typeof(Schemas.RegisteredWebhook)),
                new(200, "Moved", typeof(Schemas.RegisteredWebhook)),
            ],
            Problems = [Problem.Malformed, .. s_own],
        },
        Own("DELETE", "/storefronts/{id}/webhook", "Tell me no more.") with { Answers = [new(204, "Forgotten")] },
        Own("GET", "/storefronts/{id}/webhook/events", "What could not be delivered.") with
        {
            Inputs = [new("state", "dead (the default) or pending.")],
            Answers = [new(200, "Up to 200, the oldest first", typeof(Schemas.WebhookEvents))],
            Problems = [Problem.Malformed, .. s_own],
        },
        new("POST", "/payments/webhooks", "From the payment provider, signed over the raw body.")
        {
            Tag = Money, Answers = [new(200, "Taken")], Problems = [Problem.Malformed, Problem.TooLarge],
        },
    ];

    private static RouteDescription Own(string method, string path, string words) =>
        new(method, path, words, Caller.Storefront) { Tag = Hooks, Problems = s_own };
}

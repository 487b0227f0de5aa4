using FlashSale.Contract;
using FlashSale.Pages.OpenApi;

namespace FlashSale.Checkout.Docs;

/// <summary>The operators' API, for its OpenAPI document.</summary>
public static class OperatorDescription
{
    public const string Document = "operators";

    private const string Sales = "Sales", Shops = "Storefronts", Hooks = "Webhooks", People = "Operators";
    private static readonly Problem[] s_always =
        [Problem.Malformed, Problem.ApiKeyInvalid, Problem.NotAllowed, Problem.SlowDown, Problem.Unavailable];

    public static IReadOnlyList<RouteDescription> Routes { get; } =
    [
        Sale("PUT", "/admin/sales/{sale}", "Create or change a sale.", Problem.InventoryInUse, Problem.PriceNotPayable) with
        {
            Body = typeof(Schemas.SaleSettings),
            Answers = [new(201, "Created", typeof(Schemas.Sale)), new(200, "Changed", typeof(Schemas.Sale))],
        },
        Sale("PATCH", "/admin/sales/{sale}", "Change some settings.", Problem.UnknownSale, Problem.InventoryInUse,
            Problem.PriceNotPayable) with
        {
            Body = typeof(Schemas.SaleSettings), Answers = [new(200, "Changed", typeof(Schemas.Sale))],
        },
        Sale("GET", "/admin/sales", "Every sale, with its settings and its units.") with
        {
            Answers = [new(200, "The latest first", typeof(Schemas.SaleList))],
        },
        Sale("GET", "/admin/sales/{sale}", "One sale, with its line's numbers too.", Problem.UnknownSale) with
        {
            Answers = [new(200, "The sale", typeof(Schemas.Sale))],
        },
        Sale("GET", "/admin/sales/{sale}/audit", "The invariants, computed now.", Problem.UnknownSale) with
        {
            Answers = [new(200, "The verdict", typeof(Schemas.Audit))],
            Inputs = [new("provider", "true: the payment provider's ledger too.")],
        },
        Sale("GET", "/admin/sales/{sale}/reservations", "Page through reservations.", Problem.UnknownSale) with
        {
            Answers = [new(200, "In the order of their creation", typeof(Schemas.ReservationPage))],
            Inputs =
            [
                new("state", "held, sold, released, refunding or refunded."), new("cursor", "From the page before."),
                new("limit", "Rows of a page, 1 to 1000; 100 when absent."), new("find", "An order's number, a unit, or a reservation's id."),
            ],
        },
        Sale("GET", "/admin/sales/{sale}/reservations.csv", "All of them, as CSV.", Problem.UnknownSale) with
        {
            Answers = [new(200, "A row each", Media: "text/csv")],
            Inputs = [new("state", "held, sold, released, refunding or refunded.")],
        },
        Sale("GET", "/admin/payments", "Payment attempts, those that need a person, and where the provider's books differ from ours."),
        Sale("POST", "/admin/reservations/{id}/refund", "Give the money of a sold unit back.", Problem.NotFound, Problem.NotSold,
            Problem.PaymentInProgress, Problem.InventoryInUse, Problem.IdempotencyKeyReused) with
        {
            Body = typeof(Schemas.RefundRequest),
            Inputs = [new("Idempotency-Key", "The same key and body say how it stands now.", Required: true, IsHeader: true)],
            Answers = [new(202, "`refunding`, or `refunded` already", typeof(Schemas.Reservation))],
        },
        Sale("POST", "/admin/payments/{attempt}/differences/{kind}/answer", "A person has looked into a difference: what was done about it.",
            Problem.NotFound) with
        {
            Body = typeof(Schemas.DifferenceAnswer), Answers = [new(200, "Noted")],
        },
        Sale("GET", "/admin/live", "The live numbers of the dashboard, pushed each second.", Problem.UnknownSale) with
        {
            Inputs = [new("sale", "One sale, in detail; all of them when absent.")],
            Answers = [new(200, "Events: `sales`; or once `history`, then `sale`", Media: "text/event-stream")],
        },
        Shop("PUT", "/admin/storefronts/{id}", "Create or change a storefront; the API key is shown once.") with
        {
            Body = typeof(Schemas.StorefrontSettings),
            Answers = [new(201, "Created", typeof(Schemas.Storefront)), new(200, "Changed", typeof(Schemas.Storefront))],
        },
        Shop("POST", "/admin/storefronts/{id}/key", "A new API key; the old one opens nothing from now on.") with
        {
            Answers = [new(200, "The key, shown once", typeof(Schemas.StorefrontKey))],
        },
        Shop("GET", "/admin/storefronts", "Every storefront.") with
        {
            Answers = [new(200, "By their ids", typeof(Schemas.StorefrontList))],
        },
        Shop("GET", "/admin/storefronts/{id}", "One storefront.") with
        {
            Answers = [new(200, "The storefront", typeof(Schemas.Storefront))],
        },
        Hook("PUT", "/admin/storefronts/{id}/webhook", "Register or move the URL that is told of units.") with
        {
            Body = typeof(Schemas.Webhook),
            Answers =
            [
                new(201, "Registered; the secret is shown once", typeof(Schemas.RegisteredWebhook)),
                new(200, "Moved", typeof(Schemas.RegisteredWebhook)),
            ],
        },
        Hook("DELETE", "/admin/storefronts/{id}/webhook", "Tell it no more.") with { Answers = [new(204, "Forgotten")] },
        Hook("GET", "/admin/storefronts/{id}/webhook/events", "What could not be delivered.") with
        {
            Inputs = [new("state", "dead (the default) or pending.")],
            Answers = [new(200, "Up to 200, the oldest first", typeof(Schemas.WebhookEvents))],
        },
        Hook("POST", "/admin/storefronts/{id}/webhook/replay", "Send dead letters again.") with
        {
            Inputs = [new("event", "One of them; all when absent.")],
            Answers = [new(200, "How many", typeof(Schemas.ReplayAnswer))],
        },
        Person("GET", "/admin/me", "Who I am.") with { Answers = [new(200, "As the journal has it", typeof(Schemas.Me))] },
        Person("GET", "/admin/operators", "Every operator.") with
        {
            Answers = [new(200, "By their names", typeof(Schemas.OperatorList))],
        },
        Person("GET", "/admin/operators/{name}", "One operator.") with
        {
            Answers = [new(200, "The operator", typeof(Schemas.Operator))],
        },
        Person("PUT", "/admin/operators/{name}", "Create or change an operator; the API key is shown once.") with
        {
            Body = typeof(Schemas.OperatorSettings),
            Answers = [new(201, "Created", typeof(Schemas.Operator)), new(200, "Changed", typeof(Schemas.Operator))],
        },
        Person("POST", "/admin/operators/{name}/key", "A new API key; the old one opens nothing from now on.") with
        {
            Answers = [new(200, "The key, shown once", typeof(Schemas.StorefrontKey))],
        },
        Person("DELETE", "/admin/operators/{name}", "Revoke an operator; repeatable.") with
        {
            Answers = [new(204, "The key opens nothing from now on")],
        },
        Person("GET", "/admin/journal", "Who has changed what, when, from where, with what it was and what it is.") with
        {
            Answers = [new(200, "The newest first", typeof(Schemas.JournalPage))],
            Inputs =
            [
                new("sale", "Only of this sale."), new("actor", "Only what this operator did."), new("cursor", "From the page before."),
                new("limit", "Rows of a page, 1 to 1000; 100 when absent."),
            ],
        },
        Person("GET", "/admin/journal.csv", "All of it, as CSV.") with
        {
            Answers = [new(200, "A row each", Media: "text/csv")],
            Inputs = [new("sale", "Only of this sale."), new("actor", "Only what this operator did.")],
        },
        Sale("POST", "/admin/keys/rotate", "Publish a new signing key; it signs a little later.") with
        {
            Tag = "Keys", Answers = [new(200, "The key", typeof(Schemas.RotatedKey))],
        },
        Sale("POST", "/admin/keys/{kid}/revoke", "End a stolen signing key at once; repeatable.", Problem.NotFound) with
        {
            Tag = "Keys", Answers = [new(200, "It is ended", typeof(Schemas.RevokedKey))],
        },
    ];

    private static RouteDescription Sale(string method, string path, string words, params Problem[] problems) =>
        new(method, path, words, Caller.Operator)
        {
            Tag = Sales,
            Answers = [new(200, "Done")],
            Problems = [.. s_always, .. problems],
        };

    private static RouteDescription Shop(string method, string path, string words) =>
        Sale(method, path, words, Problem.NotFound) with { Tag = Shops };

    private static RouteDescription Person(string method, string path, string words) =>
        Sale(method, path, words, Problem.NotFound) with { Tag = People };

    private static RouteDescription Hook(string method, string path, string words) =>
        Sale(method, path, words, Problem.NotFound) with { Tag = Hooks };
}

using System.Text.Json.Nodes;

using FlashSale.PaymentSimulator.Money;

namespace FlashSale.PaymentSimulator.Intents;

/// <summary>Stripe's JSON of a Checkout Session, as <see cref="StripeJson"/> does it for other objects.</summary>
public static class SessionJson
{
    /// <summary>A page that nobody expires expires by itself after so many seconds; the simulator's do not.</summary>
    private const long Lifetime = 86_400;

    private static readonly string[] s_nothing =
    [
        "after_expiration", "allow_promotion_codes", "billing_address_collection", "client_secret",
        "collected_information", "consent", "consent_collection", "currency_conversion", "customer", "customer_account",
        "customer_email", "integration_identifier", "invoice", "invoice_creation", "locale", "managed_payments", "origin_context",
        "payment_link", "payment_method_configuration_details", "permissions", "recovered_from", "saved_payment_method_options",
        "setup_intent", "shipping_address_collection", "shipping_cost", "submit_type", "subscription", "wallet_options",
    ];

    public static JsonObject Of(HostedSession session)
    {
        var json = new JsonObject
        {
            ["id"] = session.Id,
            ["object"] = "checkout.session",
            ["adaptive_pricing"] = new JsonObject { ["enabled"] = false },
            ["allowed_payment_method_types"] = new JsonArray("card"),
            ["amount_subtotal"] = session.Amount,
            ["amount_total"] = session.Amount,
            ["automatic_tax"] = new JsonObject { ["enabled"] = false, ["liability"] = null, ["provider"] = null, ["status"] = null },
            ["cancel_url"] = session.CancelUrl,
            ["client_reference_id"] = session.Reference,
            ["created"] = session.Created,
            ["currency"] = session.Currency,
            ["custom_fields"] = new JsonArray(),
            ["custom_text"] = new JsonObject
            {
                ["after_submit"] = null,
                ["shipping_address"] = null,
                ["submit"] = null,
                ["terms_of_service_acceptance"] = null,
            },
            ["customer_creation"] = "if_required",
            ["customer_details"] = null,
            ["discounts"] = new JsonArray(),
            ["expires_at"] = session.Created + Lifetime,
            ["livemode"] = false,
            ["metadata"] = new JsonObject(session.Metadata.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value))),
            ["mode"] = "payment",
            ["payment_intent"] = session.Intent?.Id,
            ["payment_method_collection"] = "if_required",
            ["payment_method_options"] = new JsonObject(),
            ["payment_method_types"] = new JsonArray("card"),
            ["payment_status"] = session.Intent is { AmountReceived: > 0 } ? "paid" : "unpaid",
            ["shipping_options"] = new JsonArray(),
            ["status"] = session.Status,
            ["success_url"] = session.SuccessUrl,
            ["total_details"] = new JsonObject { ["amount_discount"] = 0, ["amount_shipping"] = 0, ["amount_tax"] = 0 },
            ["ui_mode"] = "hosted_page",
            ["url"] = session.Status == HostedSession.Open ? HostedAddress.Of(session) : null,
        };
        foreach (var name in s_nothing) json[name] = null;
        return json;
    }
}

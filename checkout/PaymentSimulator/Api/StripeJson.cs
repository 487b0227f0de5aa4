using System.Text.Json.Nodes;

using FlashSale.PaymentSimulator.Money;

namespace FlashSale.PaymentSimulator.Api;

/// <summary>Stripe's JSON of the objects that the simulator knows.</summary>
public static class StripeJson
{
    public static JsonObject Of(Intent intent) => new()
    {
        ["id"] = intent.Id,
        ["object"] = "payment_intent",
        ["amount"] = intent.Amount,
        ["amount_capturable"] = intent.AmountCapturable,
        ["amount_received"] = intent.AmountReceived,
        ["canceled_at"] = intent.CanceledAt,
        ["cancellation_reason"] = null,
        ["capture_method"] = intent.ManualCapture ? "manual" : "automatic",
        ["client_secret"] = intent.Id + "_secret_simulated",
        ["confirmation_method"] = "automatic",
        ["created"] = intent.Created,
        ["currency"] = intent.Currency,
        ["last_payment_error"] = intent.LastError is not { } error ? null : new JsonObject
        {
            ["type"] = "card_error",
            ["code"] = error.Code,
            ["decline_code"] = error.DeclineCode,
            ["message"] = error.Message,
        },
        ["latest_charge"] = intent.AmountCapturable + intent.AmountReceived > 0 ? intent.Charge : null,
        ["livemode"] = false,
        ["metadata"] = Metadata(intent),
        ["payment_method"] = intent.PaymentMethod,
        ["payment_method_types"] = new JsonArray("card"),
        ["status"] = intent.Status,
    };

    public static JsonObject OfCharge(Intent intent) => new()
    {
        ["id"] = intent.Charge,
        ["object"] = "charge",
        ["amount"] = intent.Amount,
        ["amount_captured"] = intent.AmountReceived,
        ["amount_refunded"] = intent.AmountRefunded,
        ["captured"] = intent.AmountReceived > 0,
        ["currency"] = intent.Currency,
        ["livemode"] = false,
        ["metadata"] = Metadata(intent),
        ["payment_intent"] = intent.Id,
        ["refunded"] = intent.AmountRefunded == intent.AmountReceived,
        ["status"] = "succeeded",
    };

    public static JsonObject OfRefund(Intent intent, string id, long amount, string status) => new()
    {
        ["id"] = id,
        ["object"] = "refund",
        ["amount"] = amount,
        ["charge"] = intent.Charge,
        ["created"] = intent.Created,
        ["currency"] = intent.Currency,
        ["failure_reason"] = status == "failed" ? "unknown" : null,
        ["metadata"] = Metadata(intent),
        ["payment_intent"] = intent.Id,
        ["status"] = status,
    };

    public static string List(string url, IReadOnlyList<Intent> intents, bool hasMore, bool search,
        bool expandCharge) => new JsonObject
        {
            ["object"] = search ? "search_result" : "list",
            ["url"] = url,
            ["has_more"] = hasMore,
            ["next_page"] = search && hasMore ? intents[^1].Id : null,
            ["data"] = new JsonArray([.. intents.Select(intent => expandCharge ? Expanded(intent) : Of(intent))]),
        }.ToJsonString();

    private static JsonObject Expanded(Intent intent)
    {
        var json = Of(intent);
        if (json["latest_charge"] is not null) json["latest_charge"] = OfCharge(intent);
        return json;
    }

    public static string Error(
        string type, string? code, string message, string? declineCode = null, JsonNode? intent = null)
    {
        var error = new JsonObject { ["type"] = type, ["message"] = message };
        if (code is not null) error["code"] = code;
        if (declineCode is not null) error["decline_code"] = declineCode;
        if (intent is not null) error["payment_intent"] = intent;
        return new JsonObject { ["error"] = error }.ToJsonString();
    }

    private static JsonObject Metadata(Intent intent) =>
        new(intent.Metadata.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value)));
}

using System.Text.Json.Nodes;

using FlashSale.PaymentSimulator.Money;

namespace FlashSale.PaymentSimulator.Intents;

/// <summary>An answer of the API, and the event that it raises, if any.</summary>
/// <param name="Saved">Whether the idempotency key keeps it (Stripe keeps what began to execute, errors included).</param>
/// <param name="EventType">For the webhook; its object is <paramref name="EventObject"/>.</param>
public sealed record StripeAnswer(
    int Status, string Body, bool Saved = true, string? EventType = null, JsonObject? EventObject = null)
{
    public string? IntentId { get; init; }

    /// <summary>An answer whose event follows this one's.</summary>
    public StripeAnswer? Then { get; init; }

    /// <summary>Of a refund that was just made.</summary>
    public string? RefundId { get; init; }

    public static StripeAnswer Of(Intent intent, string? eventType = null)
    {
        var json = StripeJson.Of(intent);
        return new(200, json.ToJsonString(), EventType: eventType, EventObject: eventType is null ? null : json)
        {
            IntentId = intent.Id,
        };
    }

    /// <param name="eventType">Of <c>charge.refunded</c> the object is the charge, of the others the refund.</param>
    public static StripeAnswer Of(RefundMade refund, string? eventType = null)
    {
        var json = StripeJson.OfRefund(refund);
        return new(200, json.ToJsonString(), EventType: eventType,
            EventObject: eventType is null ? null : eventType == "charge.refunded" ? StripeJson.OfCharge(refund.Of) : json)
        {
            IntentId = refund.Of.Id,
            RefundId = refund.Id,
        };
    }

    public static StripeAnswer Of(DisputeMade dispute, string? eventType = null)
    {
        var json = StripeJson.OfDispute(dispute);
        return new(200, json.ToJsonString(), EventType: eventType, EventObject: eventType is null ? null : json)
        {
            IntentId = dispute.Of.Id,
        };
    }

    public static StripeAnswer Of(HostedSession session, string? eventType = null)
    {
        var json = SessionJson.Of(session);
        return new(200, json.ToJsonString(), EventType: eventType, EventObject: eventType is null ? null : json)
        {
            IntentId = session.Intent?.Id,
        };
    }

    public static StripeAnswer Declined(Intent intent, CardDecline decline)
    {
        var json = StripeJson.Of(intent);
        var body = StripeJson.Error(
            "card_error", decline.Code, decline.Message, decline.DeclineCode, intent: json.DeepClone());
        return new(402, body, EventType: "payment_intent.payment_failed", EventObject: json) { IntentId = intent.Id };
    }

    public static StripeAnswer UnexpectedState(Intent intent, string verb) => new(400, StripeJson.Error(
        "invalid_request_error", "payment_intent_unexpected_state",
        $"You cannot {verb} this PaymentIntent because it has a status of {intent.Status}.",
        intent: StripeJson.Of(intent)));

    public static StripeAnswer Problem(
        int status, string type, string? code, string message, bool saved = true, string? parameter = null) =>
        new(status, StripeJson.Error(type, code, message, parameter: parameter), saved);

    public static StripeAnswer Missing(string parameter) => Problem(
        400, "invalid_request_error", "parameter_missing", $"Missing or invalid parameter: {parameter}.", saved: false,
        parameter);

    public static StripeAnswer Invalid(string message, string? parameter = null) => Problem(
        400, "invalid_request_error", "parameter_invalid_integer", message, saved: false, parameter);

    public static StripeAnswer NoSuch(string what, string id) => Problem(
        what is "payment_intent" or "checkout.session" ? 404 : 400, "invalid_request_error", "resource_missing", $"No such {what}: '{id}'",
        saved: false);

    public static StripeAnswer ProviderFailed(string message) => Problem(400, "api_error", "processing_error", message);

    public static StripeAnswer ServerError() => Problem(500, "api_error", null, "An unknown error occurred.");

    /// <param name="locked">Another call has the object: 429 as well.</param>
    public static StripeAnswer TooMany(bool locked) => locked
        ? Problem(429, "invalid_request_error", "lock_timeout", "This object cannot be accessed right now.", saved: false)
        : Problem(429, "invalid_request_error", "rate_limit", "Too many requests hit the API too quickly.", saved: false);
}

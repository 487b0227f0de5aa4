using System.Text;
using System.Text.Json;

using FlashSale.Contract;

using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;

using Stripe;

namespace FlashSale.Checkout.Payments.Webhooks;

/// <summary><c>POST /payments/webhooks</c>: Stripe's events.</summary>
public static partial class PaymentWebhookRoutes
{
    /// <summary>An event is this large at the most, in bytes; Stripe's about an intent have some 4 KB.</summary>
    private const int MaxEvent = 64 * 1024;

    /// <summary>An event carries whole objects of the provider: deeper than ours.</summary>
    private const int MaxDepth = 64;

    /// <summary>What the columns of the inbox hold.</summary>
    private const int MaxIntent = 64, MaxId = 128, MaxType = 100;

    public static void MapPaymentWebhooks(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/payments/webhooks", ReceiveAsync);

    private static async Task<IResult> ReceiveAsync(
        HttpContext http, WebhookInbox inbox, PaymentMetrics metrics, IOptions<PaymentOptions> options, TimeProvider time,
        CancellationToken cancel)
    {
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = MaxEvent;
        using var reader = new StreamReader(http.Request.Body, Encoding.UTF8);
        var body = await reader.ReadToEndAsync(cancel).ConfigureAwait(false);
        try
        {
            EventUtility.ValidateSignature(
                body, http.Request.Headers["Stripe-Signature"].ToString(), options.Value.WebhookSecret,
                options.Value.WebhookToleranceSeconds, time.GetUtcNow().ToUnixTimeSeconds());
        }
        catch (StripeException)
        {
            metrics.Webhook("refused");
            return Problem.Malformed.Result("The signature is not valid.");
        }

        if (!StrictJson.TryParse(Encoding.UTF8.GetBytes(body), out var happened, MaxDepth)
            || happened.ValueKind != JsonValueKind.Object)
        {
            metrics.Webhook("refused");
            return Problem.Malformed.Result("An event is a JSON object.");
        }

        // The provider's other kinds of events (thin ones) are none of ours. Refused, they would be sent again for days.
        if (Text(happened, "object") is { } kind && kind != "event")
        {
            metrics.Webhook("ignored");
            return Results.Ok();
        }

        var (id, type) = (Text(happened, "id"), Text(happened, "type"));
        if (id is not { Length: > 0 and <= MaxId } || type is not { Length: > 0 and <= MaxType }
            || !IsPrintable(id) || !IsPrintable(type))
        {
            metrics.Webhook("refused");
            return Problem.Malformed.Result("An event has an id and a type.");
        }

        await inbox.ReceiveAsync(Hint(happened, id, type), cancel).ConfigureAwait(false);
        return Results.Ok();
    }

    /// <summary>What it is about, as far as it can be told: a hint only, the truth is fetched.</summary>
    private static WebhookHint Hint(JsonElement happened, string id, string type)
    {
        var thing = Member(Member(happened, "data"), "object");
        var intent = Text(thing, "object") switch
        {
            "payment_intent" => Text(thing, "id"),
            "charge" or "refund" or "dispute" or "checkout.session" => Text(thing, "payment_intent") ?? Text(Member(thing, "payment_intent"), "id"),
            _ => null,
        };
        var ours = Guid.TryParseExact(Text(Member(thing, "metadata"), "attempt"), "N", out var attempt);
        return new WebhookHint(
            id, type, intent is { Length: > 0 and <= MaxIntent } && IsPrintable(intent) ? intent : null, ours ? attempt : null);
    }

    private static JsonElement Member(JsonElement of, string name) =>
        of.ValueKind == JsonValueKind.Object && of.TryGetProperty(name, out var value) ? value : default;

    private static string? Text(JsonElement of, string name) =>
        Member(of, name) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;

    private static bool IsPrintable(string text) => !text.AsSpan().ContainsAnyExceptInRange('!', '~');
}

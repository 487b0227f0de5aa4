using System.Text;

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
        Event? happened;
        try
        {
            EventUtility.ValidateSignature(
                body, http.Request.Headers["Stripe-Signature"].ToString(), options.Value.WebhookSecret,
                options.Value.WebhookToleranceSeconds, time.GetUtcNow().ToUnixTimeSeconds());
            happened = EventUtility.ParseEvent(body, throwOnApiVersionMismatch: false);
        }
        catch (Exception error) when (error is StripeException or System.Text.Json.JsonException
            or Newtonsoft.Json.JsonException)
        {
            metrics.Webhook("refused");
            return Problem.Malformed.Result("The signature or the event is not valid.");
        }

        if (happened is not { Id: { Length: > 0 and <= MaxId } id, Type: { Length: > 0 and <= MaxType } type }
            || !Ascii.IsValid(id) || !Ascii.IsValid(type))
            return Problem.Malformed.Result("An event has an id and a type.");
        await inbox.ReceiveAsync(Hint(happened), cancel).ConfigureAwait(false);
        return Results.Ok();
    }

    private static WebhookHint Hint(Event happened)
    {
        var (intent, metadata) = happened.Data?.Object switch
        {
            PaymentIntent payment => (payment.Id, payment.Metadata),
            Charge charge => (charge.PaymentIntentId, charge.Metadata),
            Refund refund => (refund.PaymentIntentId, refund.Metadata),
            _ => (null, null),
        };
        var ours = Guid.TryParseExact(metadata?.GetValueOrDefault("attempt"), "N", out var attempt);
        return new WebhookHint(
            happened.Id, happened.Type, intent is { Length: <= MaxIntent } ? intent : null, ours ? attempt : null);
    }
}

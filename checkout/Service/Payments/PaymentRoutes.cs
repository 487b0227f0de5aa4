using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

using FlashSale.Checkout.Http;
using FlashSale.Checkout.Payments.Webhooks;
using FlashSale.Checkout.Reservations;
using FlashSale.Contract;

namespace FlashSale.Checkout.Payments;

/// <summary>Paying.</summary>
public static class PaymentRoutes
{
    private const int MaxKey = 255;

    /// <summary>What a column holds; Stripe's tokens have some 30 characters.</summary>
    private const int MaxMethod = 128;

    /// <summary>A stopped provider is tried again after some seconds.</summary>
    private const int RetryAfterSeconds = 5;

    /// <summary>The shopper's payment, and the provider's events about it.</summary>
    public static void MapPayments(this IEndpointRouteBuilder routes)
    {
        routes.MapNotStored().MapPost("/reservations/{id}/payments", async (
            string id, HttpContext context, ReservationAccess access, Cashier cashier, CancellationToken cancel) =>
        {
            var (row, problem) = await access.FindAsync(context, id, cancel, shopperOnly: true).ConfigureAwait(false);
            if (row is null) return problem!;
            var (body, malformed) = await JsonBody.ReadAsync(context.Request, cancel).ConfigureAwait(false);
            return malformed ?? await PayAsync(context.Request, body, row, cashier, cancel).ConfigureAwait(false);
        });
        routes.MapPaymentWebhooks();
    }

    /// <summary>Pays for a reservation that is the caller's.</summary>
    private static async Task<IResult> PayAsync(
        HttpRequest request, JsonElement body, Reservation reservation, Cashier cashier, CancellationToken cancel)
    {
        var key = request.Headers["Idempotency-Key"].ToString();
        if (key.Length is 0 or > MaxKey || key.AsSpan().ContainsAnyExceptInRange(' ', '~'))
            return Problem.Malformed.Result($"send an Idempotency-Key of 1–{MaxKey} printable characters");
        if (!body.TryGetProperty("paymentMethod", out var given) || given.ValueKind is not JsonValueKind.String
            || given.GetString() is not { Length: > 0 and <= MaxMethod } method
            || method.AsSpan().ContainsAnyExceptInRange('!', '~'))
            return Problem.Malformed.Result("paymentMethod must be the provider's token of a card");

        // Unknown fields are ignored, so two bodies are the same when they name the same card.
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(method));
        return await cashier.PayAsync(reservation, key, hash, method, cancel).ConfigureAwait(false) switch
        {
            PayOutcome.Decided decided => PaymentAnswers.Result(decided.Answer),
            PayOutcome.Undecided undecided => Results.Json(
                ReservationView.Of(undecided.Reservation, undecided.IsProviderDown), Wire.Json,
                statusCode: StatusCodes.Status202Accepted),
            PayOutcome.InProgress => Problem.PaymentInProgress.Result(),
            PayOutcome.KeyReused => Problem.IdempotencyKeyReused.Result(),
            PayOutcome.AlreadyBought => Problem.AlreadyBought.Result(),
            PayOutcome.Ended ended => Problem.ReservationEnded.Result(
                extensions: ("reason", ended.Reservation.Reason?.ToString().ToLowerInvariant())),
            PayOutcome.ProviderDown => Problem.Unavailable.Result(
                "Payments are not possible right now. The unit stays in the cart until its pay-by time.",
                RetryAfterSeconds, ("payBy", Wire.Format(reservation.PayBy))),
            var other => throw new InvalidOperationException($"no answer for {other}"),
        };
    }
}

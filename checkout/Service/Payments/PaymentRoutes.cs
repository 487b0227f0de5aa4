using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

using FlashSale.Checkout.Http;
using FlashSale.Checkout.Payments.Attempts;
using FlashSale.Checkout.Payments.Provider;
using FlashSale.Checkout.Payments.Refunds;
using FlashSale.Checkout.Payments.Webhooks;
using FlashSale.Checkout.Reservations;
using FlashSale.Contract;

using Microsoft.Extensions.Options;

namespace FlashSale.Checkout.Payments;

/// <summary>Paying.</summary>
public static class PaymentRoutes
{
    internal const int MaxKey = 255;

    /// <summary>What a column holds; Stripe's tokens have some 30 characters.</summary>
    private const int MaxMethod = 128;

    /// <summary>The longest e-mail address.</summary>
    private const int MaxReceipt = 254;

    /// <summary>A stopped provider is tried again after some seconds.</summary>
    private const int RetryAfterSeconds = 5;

    /// <summary>The shopper's payment, and the provider's events about it.</summary>
    public static void MapPayments(this IEndpointRouteBuilder routes)
    {
        routes.MapNotStored().MapPost("/reservations/{id}/payments", async (
            string id, HttpContext context, ReservationAccess access, Cashier cashier, IOptions<PaymentOptions> options,
            CancellationToken cancel) =>
        {
            var (row, problem) = await access.FindAsync(context, id, cancel, shopperOnly: true).ConfigureAwait(false);
            if (row is null) return problem!;
            var (body, malformed) = await JsonBody.ReadAsync(context.Request, cancel).ConfigureAwait(false);
            return malformed ?? await PayAsync(context.Request, body, row, cashier, options.Value, cancel).ConfigureAwait(false);
        });
        routes.MapNotStored().MapPost("/reservations/{id}/payments/{key}/continue", async (
            string id, string key, HttpContext context, ReservationAccess access, Cashier cashier, CancellationToken cancel) =>
        {
            var (row, problem) = await access.FindAsync(context, id, cancel, shopperOnly: true).ConfigureAwait(false);
            if (row is null) return problem!;
            return IsKey(key) ? Result(await cashier.ContinueAsync(row, key, cancel).ConfigureAwait(false), row)
                : Problem.NotFound.Result();
        });
        routes.MapRefunds();
        routes.MapPaymentWebhooks();
    }

    /// <summary>Pays for a reservation that is the caller's.</summary>
    private static async Task<IResult> PayAsync(
        HttpRequest request, JsonElement body, Reservation reservation, Cashier cashier, PaymentOptions options,
        CancellationToken cancel)
    {
        var key = request.Headers["Idempotency-Key"].ToString();
        if (!IsKey(key))
            return Problem.Malformed.Result($"send an Idempotency-Key of 1–{MaxKey} printable characters");
        if (MethodOf(body) is not { } method)
            return Problem.Malformed.Result(
                "send the provider's token of a card: a paymentMethod, or the confirmationToken of its script; or hostedPage: true");
        if (method == Attempt.HostedPage && options.ReturnUrl is null)
            return Problem.Malformed.Result("hostedPage: the shop has no Payments:ReturnUrl to come back to");

        var receipt = Text(body, "receiptEmail", MaxReceipt);
        if (body.TryGetProperty("receiptEmail", out var given) && given.ValueKind is not JsonValueKind.Null
            && (receipt is null || receipt.IndexOf('@', StringComparison.Ordinal) is not (> 0 and var at) || at == receipt.Length - 1))
            return Problem.Malformed.Result($"receiptEmail: must be an e-mail address of at most {MaxReceipt} characters");

        // Unknown fields are ignored, so two bodies are the same when they name the same card.
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(method));
        return Result(await cashier.PayAsync(reservation, key, hash, method, receipt, cancel).ConfigureAwait(false), reservation);
    }

    internal static bool IsKey(string key) => key.Length is > 0 and <= MaxKey && !key.AsSpan().ContainsAnyExceptInRange(' ', '~');

    /// <summary>What the card is called, or null: one of the three, and a confirmation token must be one.</summary>
    private static string? MethodOf(JsonElement body)
    {
        if (body.TryGetProperty("hostedPage", out var hosted) && hosted.ValueKind is not (JsonValueKind.False or JsonValueKind.Null))
            return hosted.ValueKind is not JsonValueKind.True || body.TryGetProperty("paymentMethod", out _)
                || body.TryGetProperty("confirmationToken", out _) ? null : Attempt.HostedPage;
        var (card, token) = (Text(body, "paymentMethod"), Text(body, "confirmationToken"));
        if (body.TryGetProperty("confirmationToken", out _))
            return body.TryGetProperty("paymentMethod", out _)
                || token?.StartsWith(StripeProvider.ConfirmationToken, StringComparison.Ordinal) is not true ? null : token;
        return card;
    }

    private static string? Text(JsonElement body, string name, int most = MaxMethod) =>
        body.TryGetProperty(name, out var given) && given.ValueKind is JsonValueKind.String
        && given.GetString() is { Length: > 0 } text && text.Length <= most && !text.AsSpan().ContainsAnyExceptInRange('!', '~')
            ? text : null;

    private static IResult Result(PayOutcome outcome, Reservation reservation) => outcome switch
    {
        PayOutcome.Decided decided => PaymentAnswers.Result(decided.Answer),
        PayOutcome.ActionRequired { Reservation: var row } asked => Results.Json(
            ReservationView.Of(row, nextAction: asked.Challenge is not { } challenge ? null
                : new NextActionView(challenge.IsPage ? "hostedPage" : "challenge", challenge.ClientSecret, challenge.Url, row.PayBy)), Wire.Json,
            statusCode: StatusCodes.Status202Accepted),
        PayOutcome.Undecided undecided => Results.Json(
            ReservationView.Of(undecided.Reservation, undecided.IsProviderDown), Wire.Json,
            statusCode: StatusCodes.Status202Accepted),
        PayOutcome.InProgress => Problem.PaymentInProgress.Result(),
        PayOutcome.KeyReused => Problem.IdempotencyKeyReused.Result(),
        PayOutcome.NoSuchKey => Problem.NotFound.Result(),
        PayOutcome.AlreadyBought => Problem.AlreadyBought.Result(),
        PayOutcome.Ended ended => Problem.ReservationEnded.Result(
            extensions: ("reason", ended.Reservation.Reason?.ToString().ToLowerInvariant())),
        PayOutcome.ProviderDown => Problem.Unavailable.Result(
            "Payments are not possible right now. The unit stays in the cart until its pay-by time.",
            RetryAfterSeconds, ("payBy", Wire.Format(reservation.PayBy))),
        var other => throw new InvalidOperationException($"no answer for {other}"),
    };
}

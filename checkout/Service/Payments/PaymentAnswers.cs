using System.Text.Json;

using FlashSale.Checkout.Ledger;
using FlashSale.Checkout.Payments.Attempts;
using FlashSale.Checkout.Reservations;
using FlashSale.Contract;

namespace FlashSale.Checkout.Payments;

/// <summary>
/// What the shopper is told once an attempt is decided, written down with the decision so that the same key brings back
/// the same bytes.
/// </summary>
internal static class PaymentAnswers
{
    public static Attempt Sold(Attempt attempt, Reservation sold) => attempt with
    {
        State = AttemptState.Captured,
        Outcome = AttemptOutcome.Sold,
        Answer = new(201, JsonSerializer.SerializeToUtf8Bytes(ReservationView.Of(sold), Wire.Json)),
    };

    public static Attempt Declined(Attempt attempt, Reservation row, string code, AttemptState state) => attempt with
    {
        State = state,
        Doubt = false,
        Failures = 0,
        Tries = 0,
        Outcome = AttemptOutcome.Declined,
        Answer = new(402, Body(Problem.PaymentDeclined, ("declineCode", code), ("attemptsLeft", AttemptsLeft(row)))),
    };

    /// <summary>An answer that was given before stays what it is.</summary>
    public static Attempt Ended(Attempt attempt, Reservation row, AttemptState state) => attempt with
    {
        State = state,
        Outcome = attempt.Outcome is AttemptOutcome.Undecided ? AttemptOutcome.Ended : attempt.Outcome,
        Answer = attempt.Answer
            ?? new(410, Body(Problem.ReservationEnded, ("reason", row.Reason?.ToString().ToLowerInvariant()))),
    };

    public static IResult Result(StoredAnswer answer) => new Written(answer);

    private static int AttemptsLeft(Reservation row) => row.State is ReservationState.Held
        ? Math.Max(0, row.AttemptsAllowed - row.PaymentAttempts) : 0;

    private static byte[] Body(Problem problem, params (string Name, object? Value)[] extensions)
    {
        var body = new Dictionary<string, object?>
        {
            ["type"] = "about:blank",
            ["title"] = problem.Title,
            ["status"] = problem.Status,
            ["code"] = problem.Code,
        };
        foreach (var (name, value) in extensions)
            if (value is not null) body[name] = value;
        return JsonSerializer.SerializeToUtf8Bytes(body, Wire.Json);
    }

    private sealed class Written(StoredAnswer answer) : IResult
    {
        public async Task ExecuteAsync(HttpContext httpContext)
        {
            var response = httpContext.Response;
            response.StatusCode = answer.Status;
            response.ContentType = answer.Status < 300 ? "application/json; charset=utf-8" : "application/problem+json";
            response.Headers.CacheControl = "no-store";
            await response.Body.WriteAsync(answer.Body, httpContext.RequestAborted).ConfigureAwait(false);
        }
    }
}

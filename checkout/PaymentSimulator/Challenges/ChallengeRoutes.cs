using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

using FlashSale.PaymentSimulator.Intents;
using FlashSale.PaymentSimulator.Money;

namespace FlashSale.PaymentSimulator.Challenges;

/// <summary>
/// The bank's page, on which a shopper passes a challenge, fails it, or leaves it open; and the same for a test, by
/// <c>PUT /sim/challenges/{paymentIntent}</c> <c>{ "outcome": "pass" | "fail" }</c>. In the same way
/// <c>PUT /sim/refunds/{refund}</c> ends a refund, also late, and <c>PUT /sim/disputes/{paymentIntent}</c>
/// <c>{ "status": "needs_response" | "under_review" | "won" | "lost" }</c> has a payment disputed.
/// </summary>
public static class ChallengeRoutes
{
    private static readonly string[] s_disputes = ["needs_response", "under_review", "won", "lost"];
    private static readonly string s_page = EmbeddedText.Read("Challenges.challenge.html");

    public static void MapChallenges(this IEndpointRouteBuilder routes)
    {
        routes.MapPut("/sim/challenges/{id}", async (string id, JsonElement body, Challenger challenger) =>
            Outcome(body.ValueKind is JsonValueKind.Object && body.TryGetProperty("outcome", out var given)
                && given.ValueKind is JsonValueKind.String ? given.GetString() : null) is { } outcome
                ? Told(await challenger.EndAsync(id, outcome).ConfigureAwait(false))
                : Results.Problem("outcome must be pass or fail", statusCode: 400));
        routes.MapGet("/sim/challenges/{id}", (string id, string? secret, Bank bank) =>
            Its(bank, id, secret) is { } intent ? Page(intent, secret!) : Results.NotFound());
        routes.MapPost("/sim/challenges/{id}", async (string id, HttpRequest request, Bank bank, Challenger challenger) =>
        {
            var form = await request.ReadFormAsync().ConfigureAwait(false);
            var secret = form["secret"].ToString();
            if (Its(bank, id, secret) is not { } intent || Outcome(form["outcome"]) is not { } outcome)
                return Results.NotFound();
            // The provider's own page is here.
            var back = intent.ReturnUrl?.Replace(ChallengePage.Base, "", StringComparison.Ordinal);
            await challenger.EndAsync(id, outcome).ConfigureAwait(false);
            return back is null
                ? Results.Content("<!doctype html><html lang=en><title>Done</title><p>Done.</p></html>", "text/html")
                : Results.Redirect(Back(intent, back));
        });
        routes.MapPut("/sim/refunds/{id}", async (string id, JsonElement body, Challenger challenger) =>
        {
            if (Outcome(body.ValueKind is JsonValueKind.Object && body.TryGetProperty("outcome", out var given)
                && given.ValueKind is JsonValueKind.String ? given.GetString() : null) is not { } outcome)
                return Results.Problem("outcome must be pass or fail", statusCode: 400);
            await challenger.EndRefundAsync(id, outcome is Challenge.Pass).ConfigureAwait(false);
            return Results.NoContent();
        });
        routes.MapPut("/sim/disputes/{intent}", async (string intent, JsonElement body, Challenger challenger) =>
            body.ValueKind is JsonValueKind.Object && body.TryGetProperty("status", out var given)
            && given.ValueKind is JsonValueKind.String && given.GetString() is { } status && s_disputes.Contains(status)
                ? Told(await challenger.DisputeAsync(intent, status).ConfigureAwait(false))
                : Results.Problem($"status must be one of {string.Join(", ", s_disputes)}", statusCode: 400));
        routes.MapGet("/sim/stripe.js", () => Results.Content(s_script, "text/javascript; charset=utf-8"));
    }

    private static readonly string s_script = EmbeddedText.Read("Challenges.stripe.js");

    // As Stripe's: the page that the shopper comes back to is told which payment it was about.
    private static string Back(Intent intent, string url) => $"{url}{(url.Contains('?', StringComparison.Ordinal) ? '&' : '?')}"
        + $"payment_intent={intent.Id}&payment_intent_client_secret={intent.ClientSecret}&redirect_status="
        + (intent.Status is IntentStatus.RequiresPaymentMethod ? "failed" : "succeeded");

    private static IResult Page(Intent intent, string secret) => Results.Content(s_page
        .Replace("{{id}}", WebUtility.HtmlEncode(intent.Id), StringComparison.Ordinal)
        .Replace("{{secret}}", WebUtility.HtmlEncode(secret), StringComparison.Ordinal)
        .Replace("{{amount}}", WebUtility.HtmlEncode(FlashSale.Contract.Currencies.Text(new(intent.Amount, intent.Currency))),
            StringComparison.Ordinal), "text/html; charset=utf-8");

    private static IResult Told(StripeAnswer answer) =>
        Results.Content(answer.Body, "application/json", statusCode: answer.Status is 402 ? 200 : answer.Status);

    private static Challenge? Outcome(string? text) => text switch
    {
        "pass" => Challenge.Pass,
        "fail" => Challenge.Fail,
        _ => null,
    };

    private static Intent? Its(Bank bank, string id, string? secret) =>
        bank.Look(id) is { } intent && CryptographicOperations.FixedTimeEquals(
            Encoding.UTF8.GetBytes(secret ?? ""), Encoding.UTF8.GetBytes(ChallengePage.SecretOf(intent))) ? intent : null;
}

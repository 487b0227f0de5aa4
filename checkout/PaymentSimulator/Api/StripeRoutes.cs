using System.Text.Json.Nodes;

using FlashSale.PaymentSimulator.Faults;
using FlashSale.PaymentSimulator.Intents;
using FlashSale.PaymentSimulator.Money;

namespace FlashSale.PaymentSimulator.Api;

/// <summary>The routes of Stripe's API that the checkout uses, and those of a shopper's page.</summary>
public static class StripeRoutes
{
    private const int MaxPage = 100;

    private static readonly string[] s_reasons = ["duplicate", "fraudulent", "requested_by_customer", "abandoned"];

    public static void MapStripeApi(this IEndpointRouteBuilder routes)
    {
        var calls = routes.ServiceProvider.GetRequiredService<StripeCall>();
        var bank = routes.ServiceProvider.GetRequiredService<Bank>();
        var tokens = routes.ServiceProvider.GetRequiredService<Tokens>();
        var api = routes.MapGroup("/v1");

        api.MapPost("/payment_intents", http => calls.PostAsync(http, "create", (form, mood) =>
            IntentForm.Read(form, tokens, out var problem) is { } intent ? bank.Create(intent, mood) : problem!));
        api.MapPost("/payment_intents/{id}/confirm", http => calls.PostAsync(http, "confirm", (form, mood) =>
            ConfirmForm.Read(form, tokens, out var problem) is { } with ? bank.Confirm(Id(http), with, mood) : problem!));
        api.MapPost("/payment_intents/{id}/capture", http => calls.PostAsync(http, "capture", (form, mood) =>
            bank.Capture(Id(http), IntentForm.AmountOf(form, "amount_to_capture"), mood)));
        api.MapPost("/payment_intents/{id}/cancel", http => calls.PostAsync(http, "cancel", (form, mood) =>
            IntentForm.Text(form, "cancellation_reason") is { } reason && !s_reasons.Contains(reason)
                ? StripeAnswer.Problem(400, "invalid_request_error", null, "Invalid cancellation_reason: must be one of "
                    + string.Join(", ", s_reasons), saved: false, "cancellation_reason")
                : bank.Cancel(Id(http), IntentForm.Text(form, "cancellation_reason"), mood)));
        api.MapPost("/refunds", http => calls.PostAsync(http, "refund", (form, mood) =>
            bank.Refund(RefundForm.Read(form), mood)));
        api.MapGet("/refunds", http => calls.GetAsync(http, "refunds", () => Page(http, bank.Refunds(
            refund => IsAsked(http, refund.Of.Id, refund.Created)), refund => refund.Id, StripeJson.OfRefund)));
        api.MapGet("/refunds/{refund}", http => calls.GetAsync(http, "refunds", () =>
            bank.Refunds(refund => refund.Id == (string?)http.Request.RouteValues["refund"]) is [var found]
                ? StripeAnswer.Of(found) : StripeAnswer.NoSuch("refund", (string)http.Request.RouteValues["refund"]!)));
        api.MapGet("/disputes", http => calls.GetAsync(http, "refunds", () => Page(http, bank.Disputes(
            dispute => IsAsked(http, dispute.Of.Id, dispute.Created)), dispute => dispute.Id, StripeJson.OfDispute)));

        api.MapPost("/checkout/sessions", http => calls.PostAsync(http, "session", (form, _) =>
            SessionForm.Read(form, out var problem) is { } session ? bank.Open(session) : problem!));
        api.MapGet("/checkout/sessions/{session}", http => calls.GetAsync(http, "retrieve", () => bank.LookAtSession(Session(http))));
        api.MapPost("/checkout/sessions/{session}/expire", http => calls.PostAsync(http, "expire",
            (_, _) => bank.Expire(Session(http))));

        api.MapGet("/payment_intents/{id}", http => calls.GetAsync(http, "retrieve", () => bank.Retrieve(Id(http))));
        api.MapGet("/payment_intents", http => calls.GetAsync(http, "search", () =>
            Page(http, bank, _ => true, http.Request.Query["starting_after"].ToString(), search: false)));
        api.MapGet("/payment_intents/search", http => calls.GetAsync(http, "search", () =>
            SearchQuery.Read(http.Request.Query["query"].ToString()) is { } matches
                ? Page(http, bank, matches, http.Request.Query["page"].ToString(), search: true)
                : StripeAnswer.Problem(400, "invalid_request_error", null, "We were unable to parse your search query.",
                    saved: false, "query")));

        api.MapPages(calls, bank, tokens);
    }

    /// <summary>What the publishable key opens: the page's own routes, and a look at the intent whose secret it has.</summary>
    public static bool IsForPages(HttpRequest request) =>
        request.Path.Value is "/v1/payment_methods" or "/v1/confirmation_tokens"
        || (request.Path.StartsWithSegments("/v1/payment_intents", out var rest) && rest.HasValue
            && (HttpMethods.IsGet(request.Method) ? rest.Value!.Count(c => c == '/') == 1 && rest != "/search"
                : rest.Value!.EndsWith("/source_cancel", StringComparison.Ordinal)
                || rest.Value!.EndsWith("/confirm", StringComparison.Ordinal)));

    private static void MapPages(this RouteGroupBuilder api, StripeCall calls, Bank bank, Tokens tokens)
    {
        // A browser asks first whether it may send its key.
        api.MapMethods("/{**any}", [HttpMethods.Options], http =>
        {
            http.Response.Headers.AccessControlAllowOrigin = "*";
            http.Response.Headers.AccessControlAllowHeaders = "authorization, content-type";
            http.Response.Headers.AccessControlMaxAge = "600";
            http.Response.StatusCode = StatusCodes.Status204NoContent;
            return Task.CompletedTask;
        });
        api.MapPost("/payment_methods", http => calls.PostAsync(http, "tokenise", (form, _) =>
            CardOf(form, "card[number]") is { } card
                ? new StripeAnswer(200, StripeJson.OfMethod(tokens.Make("pm_", card), card, Now(http)).ToJsonString())
                : StripeAnswer.Problem(402, "card_error", "incorrect_number", "Your card number is incorrect.", saved: false)));
        api.MapPost("/confirmation_tokens", http => calls.PostAsync(http, "tokenise", (form, _) =>
            (IntentForm.Text(form, "payment_method") is { } method
                ? tokens.Find(method) : CardOf(form, "payment_method_data[card][number]")) is { } card
                ? new StripeAnswer(200, StripeJson.OfConfirmationToken(tokens.Make("ctoken_", card), card, Now(http)).ToJsonString())
                : StripeAnswer.Problem(402, "card_error", "incorrect_number", "Your card number is incorrect.", saved: false)));

        // The shopper closed the bank's page: what Stripe.js sends then, too.
        api.MapPost("/payment_intents/{id}/source_cancel", http => calls.PostAsync(http, FaultPlan.ChallengeOperation,
            (_, _) => bank.EndChallenge(Id(http), Challenge.Fail, null)));
    }

    private static bool IsAsked(HttpContext http, string intent, long created)
    {
        var query = http.Request.Query;
        return (query["payment_intent"].ToString() is not { Length: > 0 } one || one == intent)
            && (!long.TryParse(query["created[gte]"], out var from) || created >= from);
    }

    private static StripeAnswer Page<T>(HttpContext http, IReadOnlyList<T> all, Func<T, string> id, Func<T, JsonObject> json)
    {
        var after = http.Request.Query["starting_after"].ToString();
        var left = after.Length == 0 ? [.. all] : all.SkipWhile(one => id(one) != after).Skip(1).ToList();
        var limit = LimitOf(http);
        return new StripeAnswer(200, StripeJson.List(
            http.Request.Path, left.Take(limit).Select(json), left.Count > limit).ToJsonString());
    }

    private static int LimitOf(HttpContext http) =>
        int.TryParse(http.Request.Query["limit"], out var wanted) ? Math.Clamp(wanted, 1, MaxPage) : 10;

    private static string? CardOf(IFormCollection form, string field) => TestCards.OfNumber(form[field].ToString());

    private static long Now(HttpContext http) =>
        http.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow().ToUnixTimeSeconds();

    private static string Id(HttpContext http) => (string)http.Request.RouteValues["id"]!;

    private static string Session(HttpContext http) => (string)http.Request.RouteValues["session"]!;

    private static StripeAnswer Page(HttpContext http, Bank bank, Func<Intent, bool> matches, string after, bool search)
    {
        var limit = LimitOf(http);
        var found = bank.Find(matches, after.Length == 0 ? null : after, limit + 1);
        return new StripeAnswer(200, StripeJson.List(
            http.Request.Path, [.. found.Take(limit)], found.Count > limit, search));
    }
}

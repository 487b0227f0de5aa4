using System.Text.RegularExpressions;

using FlashSale.PaymentSimulator.Money;

namespace FlashSale.PaymentSimulator.Api;

/// <summary>The routes of Stripe's API that the checkout uses.</summary>
public static partial class StripeRoutes
{
    private const int MaxPage = 100;

    public static void MapStripeApi(this IEndpointRouteBuilder routes)
    {
        var calls = routes.ServiceProvider.GetRequiredService<StripeCall>();
        var bank = routes.ServiceProvider.GetRequiredService<Bank>();
        var api = routes.MapGroup("/v1");

        api.MapPost("/payment_intents", http => calls.PostAsync(http, "create", (form, mood) =>
            IntentForm.Read(form, out var problem) is { } intent ? bank.Create(intent, mood) : problem!));
        api.MapPost("/payment_intents/{id}/confirm", http => calls.PostAsync(http, "confirm", (form, mood) =>
            IntentForm.MethodOf(form) is { } method && !TestCards.Exists(method)
                ? StripeAnswer.NoSuch("payment_method", method)
                : bank.Confirm(Id(http), IntentForm.MethodOf(form), mood)));
        api.MapPost("/payment_intents/{id}/capture", http => calls.PostAsync(http, "capture", (form, mood) =>
            bank.Capture(Id(http), IntentForm.AmountOf(form, "amount_to_capture"), mood)));
        api.MapPost("/payment_intents/{id}/cancel", http => calls.PostAsync(http, "cancel", (_, mood) =>
            bank.Cancel(Id(http), mood)));
        api.MapPost("/refunds", http => calls.PostAsync(http, "refund", (form, mood) =>
            bank.Refund(form["payment_intent"].ToString(), IntentForm.AmountOf(form, "amount"), mood)));

        api.MapGet("/payment_intents/{id}", http => calls.GetAsync(http, "retrieve", () => bank.Retrieve(Id(http))));
        api.MapGet("/payment_intents", http => calls.GetAsync(http, "search", () =>
            Page(http, bank, _ => true, http.Request.Query["starting_after"].ToString(), search: false)));
        api.MapGet("/payment_intents/search", http => calls.GetAsync(http, "search", () =>
            Page(http, bank, Matcher(http.Request.Query["query"].ToString()), http.Request.Query["page"].ToString(),
                search: true)));
    }

    private static string Id(HttpContext http) => (string)http.Request.RouteValues["id"]!;

    private static StripeAnswer Page(HttpContext http, Bank bank, Func<Intent, bool> matches, string after, bool search)
    {
        var limit = int.TryParse(http.Request.Query["limit"], out var wanted) ? Math.Clamp(wanted, 1, MaxPage) : 10;
        var found = bank.Find(matches, after.Length == 0 ? null : after, limit + 1);
        var page = found.Take(limit).ToList();
        return new StripeAnswer(200, StripeJson.List(
            http.Request.Path, page, found.Count > limit, search,
            expandCharge: http.Request.Query.Any(pair => pair.Value.Contains("data.latest_charge"))));
    }

    // metadata['sale']:'xphone' AND metadata['attempt']:'…' AND status:'requires_capture'
    private static Func<Intent, bool> Matcher(string query)
    {
        var terms = QueryTerm().Matches(query)
            .Select(match => (Key: match.Groups["key"].Value, Value: match.Groups["value"].Value)).ToList();
        return intent => terms.All(term => term.Key.Length == 0
            ? intent.Status == term.Value : intent.MetadataOf(term.Key) == term.Value);
    }

    [GeneratedRegex("""(?:metadata\[['"](?<key>[^'"]+)['"]\]|status)\s*:\s*['"](?<value>[^'"]*)['"]""")]
    private static partial Regex QueryTerm();
}

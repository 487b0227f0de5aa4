using System.Net;
using System.Text.Json;

using FlashSale.Contract;
using FlashSale.PaymentSimulator.Intents;
using FlashSale.PaymentSimulator.Money;

namespace FlashSale.PaymentSimulator.Hosted;

/// <summary>
/// The provider's own page, without script: a card is typed, the bank may ask, and the shopper is sent back to the shop. The same
/// for a test: <c>PUT /sim/checkout/{session}</c> <c>{ "card": "pm_card_visa" }</c>.
/// </summary>
public static class HostedRoutes
{
    private static readonly string s_page = EmbeddedText.Read("Hosted.hosted.html");

    public static void MapHosted(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/sim/checkout/{id}", (string id, Bank bank) => bank.LookAtPage(id) switch
        {
            null => Results.NotFound(),
            { Status: HostedSession.Complete } done => Results.Redirect(done.SuccessUrl),
            var page => Page(page, page.Status == HostedSession.Expired ? "This page has expired. Nothing was charged."
                : page.Intent?.LastError?.Message),
        });
        routes.MapPost("/sim/checkout/{id}", async (string id, HttpRequest request, Bank bank, HostedPages pages) =>
        {
            var form = await request.ReadFormAsync().ConfigureAwait(false);
            if (bank.LookAtPage(id) is not { } page) return Results.NotFound();
            var digits = string.Concat(form["number"].ToString().Where(char.IsAsciiDigit));
            if (TestCards.OfNumber(digits) is not { } card) return Page(page, "Your card number is incorrect.");
            await pages.PayAsync(id, card).ConfigureAwait(false);
            return new SeeOther(HostedPages.Next(page) ?? $"/sim/checkout/{id}");
        });
        routes.MapPut("/sim/checkout/{id}", async (string id, JsonElement body, HostedPages pages) =>
            body.ValueKind is JsonValueKind.Object && body.TryGetProperty("card", out var given)
            && given.ValueKind is JsonValueKind.String && given.GetString() is { } card && TestCards.Exists(card)
                ? Told(await pages.PayAsync(id, card).ConfigureAwait(false))
                : Results.Problem("card must be one of the test payment methods", statusCode: 400));
    }

    private static IResult Told(StripeAnswer answer) =>
        Results.Content(answer.Body, "application/json", statusCode: answer.Status is 402 ? 200 : answer.Status);

    private static IResult Page(HostedSession session, string? problem) => Results.Content(s_page
        .Replace("{{id}}", WebUtility.HtmlEncode(session.Id), StringComparison.Ordinal)
        .Replace("{{product}}", WebUtility.HtmlEncode(session.Product), StringComparison.Ordinal)
        .Replace("{{amount}}", WebUtility.HtmlEncode(Currencies.Text(new(session.Amount, session.Currency))), StringComparison.Ordinal)
        .Replace("{{back}}", WebUtility.HtmlEncode(session.CancelUrl ?? session.SuccessUrl), StringComparison.Ordinal)
        .Replace("{{problem}}", problem is null ? "" : $"""<p class="bad" role="alert">{WebUtility.HtmlEncode(problem)}</p>""",
            StringComparison.Ordinal)
        .Replace("{{closed}}", session.Status == HostedSession.Open ? "" : "hidden", StringComparison.Ordinal),
        "text/html; charset=utf-8");

    private sealed class SeeOther(string address) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.StatusCode = StatusCodes.Status303SeeOther;
            httpContext.Response.Headers.Location = address;
            return Task.CompletedTask;
        }
    }
}

using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json.Nodes;

namespace FlashSale.Baselines.Provider;

/// <summary>
/// A payment provider that costs next to nothing: the four calls of Stripe's API that a purchase makes, from memory, each
/// answered after a time that <c>PUT /latency/{ms}</c> sets. It says yes to every card, keeps answers under their idempotency
/// keys, and sends no webhooks. <c>GET /captured</c> is how many payments it has captured.
/// </summary>
internal static class StandIn
{
    public static void Map(WebApplication app)
    {
        var payments = new ConcurrentDictionary<string, Payment>();
        var answers = new ConcurrentDictionary<string, string>();
        var latency = TimeSpan.Zero;
        long captured = 0;

        app.MapPut("/latency/{ms:int}", (int ms) => { latency = TimeSpan.FromMilliseconds(ms); });
        app.MapGet("/captured", () => Interlocked.Read(ref captured));
        app.MapPost("/v1/payment_intents", http => AnswerLaterAsync(http, async () =>
        {
            var form = await http.Request.ReadFormAsync(http.RequestAborted);
            var payment = new Payment(
                $"pi_{Guid.NewGuid():N}", long.Parse(form["amount"]!, CultureInfo.InvariantCulture), form["currency"]!,
                form["confirm"] == "true" ? "requires_capture" : "requires_confirmation");
            payments[payment.Id] = payment;
            return payment;
        }));
        app.MapPost("/v1/payment_intents/{id}/confirm", http =>
            AnswerAsync(http, () => Move(http, "requires_confirmation", "requires_capture")));
        app.MapPost("/v1/payment_intents/{id}/capture", http => AnswerAsync(http, () =>
        {
            var payment = Move(http, "requires_capture", "succeeded");
            if (payment is { Status: "succeeded" }) Interlocked.Increment(ref captured);
            return payment;
        }));
        app.MapPost("/v1/payment_intents/{id}/cancel", http =>
            AnswerAsync(http, () => Move(http, "requires_capture", "canceled")));
        app.MapGet("/v1/payment_intents/{id}", http =>
            AnswerAsync(http, () => payments.GetValueOrDefault(IdOf(http))));

        Payment? Move(HttpContext http, string from, string to) =>
            payments.TryGetValue(IdOf(http), out var payment) && payment.Status == from
            && payments.TryUpdate(payment.Id, payment with { Status = to }, payment) ? payments[payment.Id] : null;

        Task AnswerAsync(HttpContext http, Func<Payment?> work) => AnswerLaterAsync(http, () => Task.FromResult(work()));

        async Task AnswerLaterAsync(HttpContext http, Func<Task<Payment?>> work)
        {
            if (latency > TimeSpan.Zero) await Task.Delay(latency, http.RequestAborted);
            var key = http.Request.Headers["Idempotency-Key"].ToString();
            if (key.Length == 0 || !answers.TryGetValue(key, out var answer))
            {
                answer = (await work())?.Json();
                if (answer is not null && key.Length > 0) answers[key] = answer;
            }

            http.Response.StatusCode = answer is null ? StatusCodes.Status400BadRequest : StatusCodes.Status200OK;
            http.Response.ContentType = "application/json";
            await http.Response.WriteAsync(answer ?? s_refused, http.RequestAborted);
        }
    }

    private static readonly string s_refused = new JsonObject
    {
        ["error"] = new JsonObject { ["type"] = "invalid_request_error", ["code"] = "payment_intent_unexpected_state" },
    }.ToJsonString();

    private static string IdOf(HttpContext http) => (string)http.Request.RouteValues["id"]!;
}

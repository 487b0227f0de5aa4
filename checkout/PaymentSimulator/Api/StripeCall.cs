using System.Security.Cryptography;
using System.Text;

using FlashSale.PaymentSimulator.Challenges;
using FlashSale.PaymentSimulator.Faults;
using FlashSale.PaymentSimulator.Intents;
using FlashSale.PaymentSimulator.Page;
using FlashSale.PaymentSimulator.Webhooks;

using Microsoft.Extensions.Options;

namespace FlashSale.PaymentSimulator.Api;

/// <summary>
/// What every call of the API goes through:
/// <list type="number">
/// <item>its faults are drawn; the connection may be cut at once, or a 429 sent;</item>
/// <item>the idempotency key is entered: replay, conflict, misuse, or mine;</item>
/// <item>it is executed, its answer saved under the key, its event raised;</item>
/// <item>the answer is sent: late, cut, garbled, contradicted, or as it is.</item>
/// </list>
/// </summary>
public sealed class StripeCall(
    FaultDice dice, IdempotencyKeys keys, WebhookSender webhooks, RecentCalls recent, Bank bank, Challenger challenger,
    IOptions<SimulatorOptions> options, TimeProvider time)
{
    public Task PostAsync(HttpContext http, string operation, Func<IFormCollection, BankMood, StripeAnswer> execute) =>
        RunAsync(http, operation, async faults =>
        {
            if (!http.Request.HasFormContentType && http.Request.ContentLength > 0)
                return StripeAnswer.Problem(400, "invalid_request_error", null, "Send a form.", saved: false);
            var form = http.Request.HasFormContentType
                ? await http.Request.ReadFormAsync(http.RequestAborted).ConfigureAwait(false) : FormCollection.Empty;
            if (MayNot(http, form["client_secret"].ToString()) is { } refused) return refused;
            var answer = await OnceAsync(http, form, faults, () =>
            {
                var made = execute(form, BankMood.Of(faults));
                if (made.EventType is "payment_intent.requires_action" or "payment_intent.processing")
                    challenger.Plan(made.IntentId!, faults);
                if (made.RefundId is { } refund && made.EventType is "charge.refunded") challenger.PlanRefund(refund, faults);
                return made;
            }).ConfigureAwait(false);
            return Finished(http, answer, form.Where(pair => pair.Key.StartsWith("expand[", StringComparison.Ordinal))
                .SelectMany(pair => pair.Value));
        });

    public Task GetAsync(HttpContext http, string operation, Func<StripeAnswer> execute) =>
        RunAsync(http, operation, faults => Task.FromResult(
            faults.Has(Fault.Error500Before) || faults.Has(Fault.Error500After) ? StripeAnswer.ServerError()
            : MayNot(http, http.Request.Query["client_secret"].ToString()) ?? Finished(http, execute(), http.Request.Query
                .Where(pair => pair.Key.StartsWith("expand", StringComparison.Ordinal)).SelectMany(pair => pair.Value))));

    private async Task RunAsync(HttpContext http, string operation, Func<FaultDraw, Task<StripeAnswer>> executeAsync)
    {
        // Any page may call it, as Stripe's own script does; the keys say who may do what.
        http.Response.Headers.AccessControlAllowOrigin = "*";
        if (!IsAuthorised(http.Request))
        {
            await SendAsync(http, StripeAnswer.Problem(401, "invalid_request_error", null, "Invalid API Key provided."))
                .ConfigureAwait(false);
            return;
        }

        var faults = dice.Draw(operation);
        if (faults.Has(Fault.Refuse) || faults.Has(Fault.ResetBefore)) Cut(http, faults, null);
        else if (faults.Has(Fault.TooManyRequests)) await FinishAsync(http, faults, StripeAnswer.TooMany(faults.Number("lock") % 2 == 0)).ConfigureAwait(false);
        else if (faults.Has(Fault.Hang) && faults.Number("hang") % 2 == 0) await HangAsync(http, faults).ConfigureAwait(false);
        else
        {
            var answer = await executeAsync(faults).ConfigureAwait(false);
            if (faults.Has(Fault.Hang)) await HangAsync(http, faults).ConfigureAwait(false);
            else await FinishAsync(http, faults, answer).ConfigureAwait(false);
        }
    }

    private async Task<StripeAnswer> OnceAsync(
        HttpContext http, IFormCollection form, FaultDraw faults, Func<StripeAnswer> execute)
    {
        var key = http.Request.Headers["Idempotency-Key"].ToString();
        if (key.Length > 255)
            return StripeAnswer.Problem(400, "invalid_request_error", null, "The idempotency key is too long.", saved: false);
        if (key.Length > 0)
        {
            switch (keys.Enter(key, Fingerprint(http.Request, form)))
            {
                case KeyVerdict.Replayed { Answer: var saved }:
                    http.Response.Headers["Idempotent-Replayed"] = "true";
                    return saved with { EventType = null, Then = null };
                case KeyVerdict.InUse:
                    return StripeAnswer.Problem(409, "idempotency_error", "idempotency_key_in_use",
                        "There is currently another in-progress request using this idempotency key.", saved: false);
                case KeyVerdict.Reused:
                    return StripeAnswer.Problem(400, "idempotency_error", null,
                        "Keys for idempotent requests can only be used with the same parameters.", saved: false);
            }
        }

        if (faults.Has(Fault.Slow)) await DelayAsync(http, faults).ConfigureAwait(false);
        var truth = faults.Has(Fault.Error500Before) ? StripeAnswer.ServerError() : execute();
        var answer = faults.Has(Fault.Error500After) && truth.Saved
            ? StripeAnswer.ServerError() with { EventType = truth.EventType, EventObject = truth.EventObject, Then = truth.Then } : truth;
        if (key.Length > 0) keys.Leave(key, answer);
        await webhooks.RaiseAsync(answer, faults, CancellationToken.None).ConfigureAwait(false);
        if (faults.Has(Fault.DuplicateAnswer) && key.Length == 0) answer = execute();
        return faults.Has(Fault.ContradictoryAnswer) ? Contradict(answer) : answer;
    }

    /// <summary>Says that it was refused although it was done.</summary>
    private static StripeAnswer Contradict(StripeAnswer truth) => truth.Status == 200
        ? StripeAnswer.Problem(402, "card_error", "card_declined", "Your card was declined.") with { IntentId = truth.IntentId }
        : truth;

    private async Task FinishAsync(HttpContext http, FaultDraw faults, StripeAnswer answer)
    {
        if (faults.Has(Fault.ResetAfter))
        {
            Cut(http, faults, answer);
            return;
        }

        Record(http, faults, answer.Status, answer.Body);
        if (faults.Has(Fault.Malformed))
            await SendAsync(http, answer with { Body = "{\"id\": \"pi_<html>502 Bad Gateway</html>" }).ConfigureAwait(false);
        else if (faults.Has(Fault.Truncated)) await TruncateAsync(http, answer).ConfigureAwait(false);
        else await SendAsync(http, answer).ConfigureAwait(false);
    }

    private static async Task SendAsync(HttpContext http, StripeAnswer answer)
    {
        http.Response.StatusCode = answer.Status;
        http.Response.ContentType = "application/json";
        http.Response.Headers["Request-Id"] = "req_" + http.TraceIdentifier;
        if (http.Request.Headers.TryGetValue("Stripe-Version", out var version))
            http.Response.Headers["Stripe-Version"] = version;
        await http.Response.WriteAsync(answer.Body, http.RequestAborted)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private static async Task TruncateAsync(HttpContext http, StripeAnswer answer)
    {
        var body = Encoding.UTF8.GetBytes(answer.Body);
        http.Response.StatusCode = answer.Status;
        http.Response.ContentType = "application/json";
        http.Response.ContentLength = body.Length;
        await http.Response.Body.WriteAsync(body.AsMemory(0, body.Length / 2), http.RequestAborted).ConfigureAwait(false);
        await http.Response.Body.FlushAsync(http.RequestAborted).ConfigureAwait(false);
        http.Abort();
    }

    private void Cut(HttpContext http, FaultDraw faults, StripeAnswer? answer)
    {
        Record(http, faults, 0, answer?.Body);
        http.Abort();
    }

    private async Task HangAsync(HttpContext http, FaultDraw faults)
    {
        Record(http, faults, 0, null);
        await Task.Delay(TimeSpan.FromMilliseconds(options.Value.HangMs), time, http.RequestAborted)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        http.Abort();
    }

    // Whoever gives up doesn't stop the provider: the delay ends early, the work is done all the same.
    private async Task DelayAsync(HttpContext http, FaultDraw faults)
    {
        var late = TimeSpan.FromMilliseconds(faults.Number(Fault.Slow) % (ulong)options.Value.SlowMs);
        await Task.Delay(late, time, http.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private void Record(HttpContext http, FaultDraw faults, int status, string? body) => recent.Add(
        faults.Operation + " " + http.Request.Path, string.Join(", ", faults.Names()), status, body);

    /// <summary>What was asked for is expanded, and the bank's page gets the address under which the simulator was called.</summary>
    private StripeAnswer Finished(HttpContext http, StripeAnswer answer, IEnumerable<string?> expand)
    {
        var whole = Expansion.Apply(answer, expand, bank.Look);
        return whole with
        {
            Body = whole.Body.Replace(
                ChallengePage.Base, $"{http.Request.Scheme}://{http.Request.Host}", StringComparison.Ordinal),
        };
    }

    /// <summary>A page's key opens one intent at a time: that whose secret the page has.</summary>
    private StripeAnswer? MayNot(HttpContext http, string secret)
    {
        if (KeyOf(http.Request) != options.Value.PublishableKey || !http.Request.RouteValues.TryGetValue("id", out var id))
            return null;
        return bank.Look((string)id!) is { } intent && CryptographicOperations.FixedTimeEquals(
            Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(intent.ClientSecret))
            ? null : StripeAnswer.NoSuch("payment_intent", (string)id!);
    }

    private bool IsAuthorised(HttpRequest request)
    {
        var given = KeyOf(request);
        if (Is(given, options.Value.PublishableKey)) return StripeRoutes.IsForPages(request);
        return options.Value.ApiKey is not { Length: > 0 } key || Is(given, key);
    }

    private static bool Is(string given, string key) =>
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(given), Encoding.UTF8.GetBytes(key));

    /// <summary>The key, as a bearer's or as the user of Basic with an empty password.</summary>
    private static string KeyOf(HttpRequest request)
    {
        var header = request.Headers.Authorization.ToString();
        if (header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase)) return header["Bearer ".Length..].Trim();
        var basic = new byte[header.Length];
        return header.StartsWith("Basic ", StringComparison.OrdinalIgnoreCase)
            && Convert.TryFromBase64String(header["Basic ".Length..].Trim(), basic, out var length)
            ? Encoding.UTF8.GetString(basic, 0, length).Split(':')[0] : "";
    }

    private static string Fingerprint(HttpRequest request, IFormCollection form)
    {
        var text = string.Join('&', form.OrderBy(pair => pair.Key, StringComparer.Ordinal)
            .Select(pair => pair.Key + "=" + pair.Value));
        return request.Path + " " + Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
    }
}

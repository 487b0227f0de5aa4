using System.Net;
using System.Text;

using FlashSale.Checkout.Payments.Webhooks;
using FlashSale.PaymentSimulator.Faults;
using FlashSale.PaymentSimulator.Webhooks;
using FlashSale.Tests.PaymentSimulator;
using FlashSale.Tests.Support;

using Microsoft.Extensions.DependencyInjection;

using Xunit;

namespace FlashSale.Tests.Payments;

public sealed class WebhookTests : IAsyncLifetime
{
    private static readonly HttpClient s_http = new();

    private PaymentsHost _host = null!;

    public async ValueTask InitializeAsync()
    {
        _host = await PaymentsHost.StartAsync();
        _host.Simulator.SendWebhooksTo(_host.Url + "/payments/webhooks");
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task A_webhook_makes_the_attempt_due_and_is_applied_once()
    {
        var cart = await _host.CartAsync();
        Assert.Equal(201, await cart.PayStatusAsync());
        await WaitFor.TrueAsync(async () => await AppliedAsync() >= 3, "created, authorised and captured");
    }

    [Fact]
    public async Task The_same_event_twice_is_one_entry()
    {
        var cart = await _host.CartAsync();
        await cart.PayStatusAsync();
        var body = Event("evt_twice", (await cart.LedgerAsync())[0].PaymentIntent, Guid.NewGuid());
        Assert.Equal(HttpStatusCode.OK, await PostAsync(body, Sign(body)));
        Assert.Equal(HttpStatusCode.OK, await PostAsync(body, Sign(body)));
        Assert.Equal(1, await _host.ScalarAsync<long>("SELECT COUNT(*) FROM payment_webhooks WHERE id = 'evt_twice'"));
    }

    [Fact]
    public async Task Forged_stale_and_garbled_webhooks_are_refused_and_change_nothing()
    {
        var body = Event("evt_forged", "pi_x", Guid.NewGuid());
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        Assert.Equal(HttpStatusCode.BadRequest, await PostAsync(body, StripeSignature.Sign(body, "whsec_other", now)));
        Assert.Equal(HttpStatusCode.BadRequest, await PostAsync(body, Sign(body, -3_600)));
        Assert.Equal(HttpStatusCode.BadRequest, await PostAsync(body + " ", Sign(body)));
        Assert.Equal(HttpStatusCode.BadRequest, await PostAsync(body, ""));
        Assert.Equal(HttpStatusCode.BadRequest, await PostAsync("{", Sign("{")));
        Assert.Equal(0, await _host.ScalarAsync<long>("SELECT COUNT(*) FROM payment_webhooks WHERE id = 'evt_forged'"));
    }

    [Theory]
    [InlineData("""{"object":"v2.core.event","id":"evt_thin","type":"v1.billing.meter.error_report_triggered","related_object":null}""", 200)]
    [InlineData("""{"object":"v2.core.event_destination.ping","id":"evt_thin","type":"v2.core.event_destination.ping"}""", 200)]
    [InlineData("""{"object":"event","id":"evt_odd1","type":"payment_intent.created","data":null}""", 200)]
    [InlineData("""{"object":"event","id":"evt_odd2","type":"x.y","data":{"object":5}}""", 200)]
    [InlineData("""{"object":"event","id":"evt_odd3","type":"x.y","data":[],"created":"never","api_version":7}""", 200)]
    [InlineData("""{"object":"event","id":"evt_odd4","type":"x.y","data":{"object":{"object":"refund","payment_intent":{"id":"pi_1"},"metadata":5}}}""", 200)]
    [InlineData("""{"object":"event","id":"evt_odd5","type":"x.y","data":{"object":{"object":["charge"],"id":7}}}""", 200)]
    [InlineData("""{"object":"event","id":"evt_odd6","type":"x.y","data":{"object":{"object":"payment_intent","id":"\ud83d"}}}""", 400)]
    [InlineData("""{"object":"event","id":5,"type":"x.y"}""", 400)]
    [InlineData("""{"object":"event"}""", 400)]
    [InlineData("{}", 400)]
    [InlineData("null", 400)]
    [InlineData("[]", 400)]
    [InlineData("5", 400)]
    [InlineData("\"evt\"", 400)]
    [InlineData("true", 400)]
    [InlineData("", 400)]
    public async Task A_signed_webhook_that_is_no_event_of_ours_is_ignored_or_refused_and_no_fault(string body, int status)
    {
        Assert.Equal(status, (int)await PostAsync(body, Sign(body)));
        Assert.Equal(0, await _host.ScalarAsync<long>("SELECT COUNT(*) FROM payment_webhooks WHERE id = 'evt_thin'"));
    }

    [Fact]
    public async Task Invariant5_An_intent_of_ours_that_no_attempt_has_is_voided()
    {
        var cart = await _host.CartAsync();
        Assert.Equal(201, await cart.PayStatusAsync());
        var attempt = await _host.ScalarAsync<Guid>(
            "SELECT id FROM payment_attempts WHERE reservation = @id", ("@id", cart.Id));
        var row = await cart.ReadAsync();
        await _host.Simulator.Stripe.V1.PaymentIntents.CreateAsync(new()
        {
            Amount = 99_900,
            Currency = "usd",
            CaptureMethod = "manual",
            Confirm = true,
            PaymentMethod = "pm_card_visa",
            Metadata = new()
            {
                ["sale"] = cart.Sale,
                ["reservation"] = row.PublicId.ToString(),
                ["attempt"] = attempt.ToString("N"),
            },
        });
        await WaitFor.TrueAsync(async () =>
        {
            await _host.SettleAsync(cart);
            return (await cart.LedgerAsync()).Any(payment => payment.Voided);
        }, "the second authorisation is voided");
        Assert.Null(await cart.ViolationAsync());
    }

    [Fact]
    public async Task A_webhook_about_an_attempt_that_is_not_here_yet_is_kept_and_tried_again()
    {
        var inbox = _host.Services.GetRequiredService<WebhookInbox>();
        Assert.True(await inbox.ReceiveAsync(
            new WebhookHint("evt_early", "payment_intent.created", "pi_early", Guid.NewGuid()), default));
        Assert.Equal(1, await StateAsync("evt_early"));
        for (var n = 0; n < 12; n++)
        {
            await _host.ExecuteAsync("UPDATE payment_webhooks SET due_at = UTC_TIMESTAMP(3) WHERE due_at IS NOT NULL");
            await inbox.RetryPendingAsync(default);
        }

        Assert.Equal(3, await StateAsync("evt_early"));
    }

    [Fact]
    public async Task A_wrong_amount_in_a_webhook_is_not_believed()
    {
        var cart = await _host.CartAsync();
        _host.Simulator.Misbehave(new FaultPlan(1, new Dictionary<string, double>
        {
            [Fault.WebhookWrongAmount] = 1,
            [Fault.WebhookForged] = 1,
            [Fault.WebhookFirst] = 1,
        }));
        Assert.Equal(201, await cart.PayStatusAsync());
        await _host.SettleAsync(cart);
        Assert.Null(await cart.ViolationAsync());
    }

    private Task<long> AppliedAsync() =>
        _host.ScalarAsync<long>("SELECT COUNT(*) FROM payment_webhooks WHERE state = 2");

    private Task<sbyte> StateAsync(string id) =>
        _host.ScalarAsync<sbyte>("SELECT state FROM payment_webhooks WHERE id = @id", ("@id", id));

    private async Task<HttpStatusCode> PostAsync(string body, string signature)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, _host.Url + "/payments/webhooks");
        request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        if (signature.Length > 0) request.Headers.Add("Stripe-Signature", signature);
        using var response = await s_http.SendAsync(request);
        return response.StatusCode;
    }

    private static string Sign(string body, int ageSeconds = 0) => StripeSignature.Sign(
        body, SimulatorHost.WebhookSecret, TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() + ageSeconds);

    private static string Event(string id, string intent, Guid attempt) =>
        $$$"""
        {"id":"{{{id}}}","object":"event","api_version":"2026-01-28.clover","created":1,"type":"payment_intent.succeeded",
        "livemode":false,"pending_webhooks":1,"data":{"object":{"id":"{{{intent}}}","object":"payment_intent",
        "amount":1,"currency":"usd","status":"succeeded","metadata":{"attempt":"{{{attempt.ToString("N")}}}" } } } }
        """;
}

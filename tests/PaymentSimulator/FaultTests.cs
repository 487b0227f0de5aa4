using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;

using FlashSale.PaymentSimulator.Faults;
using FlashSale.Tests.Support;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

using Stripe;

using Xunit;

namespace FlashSale.Tests.PaymentSimulator;

public sealed class FaultTests : IAsyncLifetime
{
    private readonly string _sale = Unique.Name();
    private SimulatorHost _simulator = null!;

    public async ValueTask InitializeAsync() => _simulator = await SimulatorHost.StartAsync();

    public ValueTask DisposeAsync() => _simulator.DisposeAsync();

    [Theory]
    [InlineData(Fault.Refuse, false)]
    [InlineData(Fault.ResetBefore, false)]
    [InlineData(Fault.ResetAfter, true)]
    [InlineData(Fault.Error500Before, false)]
    [InlineData(Fault.Error500After, true)]
    [InlineData(Fault.TooManyRequests, false)]
    [InlineData(Fault.Malformed, true)]
    [InlineData(Fault.Truncated, true)]
    [InlineData(Fault.ContradictoryAnswer, true)]
    [InlineData(Fault.DeclineAuthorise, false)]
    public async Task A_failed_answer_says_nothing_of_the_money(string fault, bool moved)
    {
        var intent = await CreateAsync();
        _simulator.Misbehave(fault, "confirm", calls: 1);
        await Assert.ThrowsAnyAsync<Exception>(() => ConfirmAsync(intent.Id));
        Assert.Equal(moved, Assert.Single(await _simulator.LedgerOfAsync(_sale)).Authorised);
    }

    [Theory]
    [InlineData(Fault.Slow)]
    [InlineData(Fault.DuplicateAnswer)]
    public async Task A_slow_or_doubled_call_moves_the_money_once(string fault)
    {
        var intent = await CreateAsync();
        _simulator.Misbehave(fault);
        await ConfirmAsync(intent.Id);
        await _simulator.Stripe.V1.PaymentIntents.CaptureAsync(intent.Id);
        Assert.Equal(500, Assert.Single(await _simulator.LedgerOfAsync(_sale)).Captured);
    }

    [Fact]
    public async Task Captures_voids_and_refunds_fail_on_demand()
    {
        var intents = _simulator.Stripe.V1.PaymentIntents;
        var first = await CreateAsync();
        await ConfirmAsync(first.Id);
        _simulator.Misbehave(Fault.VoidFails, calls: 1);
        await Assert.ThrowsAsync<StripeException>(() => intents.CancelAsync(first.Id));
        Assert.Equal("canceled", (await intents.CancelAsync(first.Id)).Status);

        var second = await CreateAsync();
        await ConfirmAsync(second.Id);
        _simulator.Misbehave(Fault.DeclineCapture, calls: 1);
        await Assert.ThrowsAsync<StripeException>(() => intents.CaptureAsync(second.Id));
        Assert.Equal("requires_payment_method", (await intents.GetAsync(second.Id)).Status);
    }

    [Fact]
    public async Task The_same_seed_gives_the_same_faults()
    {
        Assert.Equal(await OutcomesAsync(7), await OutcomesAsync(7));
        Assert.NotEqual(await OutcomesAsync(7), await OutcomesAsync(8));
    }

    [Fact]
    public async Task Faults_are_put_read_and_deleted_and_unknown_ones_refused()
    {
        var plan = new { seed = 5, rates = new Dictionary<string, double> { ["slow"] = 0.25 } };
        (await _simulator.Http.PutAsJsonAsync("/sim/faults", plan)).EnsureSuccessStatusCode();
        var read = await _simulator.Http.GetFromJsonAsync<FaultPlan>("/sim/faults");
        Assert.Equal((5UL, 0.25), (read!.Seed, read.Rates!["slow"]));

        var unknown = await _simulator.Http.PutAsJsonAsync(
            "/sim/faults", new { seed = 5, rates = new Dictionary<string, double> { ["earthquake"] = 1 } });
        Assert.Equal(HttpStatusCode.BadRequest, unknown.StatusCode);

        await _simulator.Http.DeleteAsync("/sim/faults");
        Assert.Empty((await _simulator.Http.GetFromJsonAsync<FaultPlan>("/sim/faults"))!.Rates!);
    }

    [Fact]
    public async Task Webhooks_are_signed_doubled_and_forged()
    {
        var received = new ConcurrentQueue<(string Body, string Signature)>();
        await using var listener = await ListenAsync(received);
        _simulator.SendWebhooksTo(listener.Urls.First());
        _simulator.Misbehave(new FaultPlan(1, new Dictionary<string, double>
        {
            [Fault.WebhookDuplicated] = 1,
            [Fault.WebhookForged] = 1,
            [Fault.WebhookReordered] = 1,
        }));
        await CreateAsync();
        await WaitFor.TrueAsync(() => Task.FromResult(received.Count >= 3), "three deliveries");

        var genuine = received.Where(IsGenuine).ToList();
        Assert.Equal(2, genuine.Count);
        Assert.Single(genuine.Select(hook => EventUtility.ParseEvent(hook.Body, throwOnApiVersionMismatch: false).Id).Distinct());
    }

    [Fact]
    public async Task The_ledger_survives_a_restart()
    {
        var file = Path.GetTempFileName();
        await using (var first = await SimulatorHost.StartAsync($"--Simulator:LedgerFile={file}"))
        {
            var intent = await CreateAsync(first);
            await first.Stripe.V1.PaymentIntents.ConfirmAsync(intent.Id, new() { PaymentMethod = "pm_card_visa" });
        }

        await using var second = await SimulatorHost.StartAsync($"--Simulator:LedgerFile={file}");
        var payment = Assert.Single(await second.LedgerOfAsync(_sale));
        Assert.True(payment.Authorised);
        Assert.Equal(500, (await second.Stripe.V1.PaymentIntents.CaptureAsync(payment.PaymentIntent)).AmountReceived);
        await second.DisposeAsync();
        System.IO.File.Delete(file);
    }

    [Fact]
    public async Task The_page_lists_what_happened()
    {
        await CreateAsync();
        Assert.Contains("What happened", await _simulator.Http.GetStringAsync("/"), StringComparison.Ordinal);
        Assert.Contains("create", await _simulator.Http.GetStringAsync("/sim/calls"), StringComparison.Ordinal);
    }

    private async Task<string> OutcomesAsync(ulong seed)
    {
        _simulator.Misbehave(new FaultPlan(seed, new Dictionary<string, double>
        {
            [Fault.ResetBefore] = 0.3,
            [Fault.DeclineAuthorise] = 0.3,
        }));
        var outcomes = "";
        for (var n = 0; n < 24; n++)
            outcomes += await Record.ExceptionAsync(() => CreateAsync()) is null ? '.' : 'x';
        return outcomes;
    }

    private Task<PaymentIntent> CreateAsync(SimulatorHost? simulator = null) =>
        (simulator ?? _simulator).Stripe.V1.PaymentIntents.CreateAsync(new()
        {
            Amount = 500,
            Currency = "usd",
            CaptureMethod = "manual",
            Metadata = new() { ["sale"] = _sale },
        });

    private Task<PaymentIntent> ConfirmAsync(string intent) =>
        _simulator.Stripe.V1.PaymentIntents.ConfirmAsync(intent, new() { PaymentMethod = "pm_card_visa" });

    private static bool IsGenuine((string Body, string Signature) hook) => Record.Exception(() =>
        EventUtility.ConstructEvent(hook.Body, hook.Signature, SimulatorHost.WebhookSecret, throwOnApiVersionMismatch: false)) is null;

    private static async Task<WebApplication> ListenAsync(ConcurrentQueue<(string, string)> received)
    {
        var app = WebApplication.CreateBuilder(["--urls=http://127.0.0.1:0", "--Logging:LogLevel:Default=Warning"]).Build();
        app.MapPost("/", async (HttpRequest request) =>
        {
            using var reader = new StreamReader(request.Body);
            received.Enqueue((await reader.ReadToEndAsync(), request.Headers["Stripe-Signature"].ToString()));
        });
        await app.StartAsync();
        return app;
    }
}

using System.Net.Http.Json;

using FlashSale.PaymentSimulator.Faults;
using FlashSale.PaymentSimulator.Money;
using FlashSale.PaymentSimulator.Webhooks;
using FlashSale.Tests.Support;

using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace FlashSale.Tests.PaymentSimulator;

/// <summary>A simulator in this process, on a port of its own.</summary>
public sealed class SimulatorHost : IAsyncDisposable
{
    public const string ApiKey = "sk_test_simulator";
    public const string WebhookSecret = "whsec_of_the_tests";

    private readonly WebApplication _app;
    private readonly HttpClient _http;
    private readonly Lazy<Task<string>> _database = new(TestMariaDb.CreateDatabaseAsync);

    private SimulatorHost(WebApplication app)
    {
        _app = app;
        _http = new HttpClient { BaseAddress = new Uri(Url) };
        Stripe = new Stripe.StripeClient(
            ApiKey, httpClient: new Stripe.SystemNetHttpClient(_http, maxNetworkRetries: 0, enableTelemetry: false),
            apiBase: Url.TrimEnd('/'));
    }

    public string Url => _app.Urls.First();

    /// <summary>Stripe's own client, without retries.</summary>
    public Stripe.StripeClient Stripe { get; }

    /// <summary>The database of the checkouts that use this provider: books and provider belong together.</summary>
    public Task<string> LedgerAsync() => _database.Value;

    public MoneyLedger Ledger => _app.Services.GetRequiredService<MoneyLedger>();

    public HttpClient Http => _http;

    public static async Task<SimulatorHost> StartAsync(params string[] settings)
    {
        var app = FlashSale.PaymentSimulator.Program.Build(
        [
            "--urls=http://127.0.0.1:0", "--Logging:LogLevel:Default=Warning", $"--Simulator:ApiKey={ApiKey}",
            $"--Simulator:WebhookSecret={WebhookSecret}", "--Simulator:SlowMs=40", "--Simulator:HangMs=2000",
            "--Simulator:WebhookDelayMs=300", "--Simulator:ChallengeMs=50", "--Simulator:ChallengeLateMs=300", "--Simulator:WebhookReorderMs=50", .. settings,
        ]);
        await app.StartAsync();
        return new SimulatorHost(app);
    }

    public void SendWebhooksTo(string url) => _app.Services.GetRequiredService<WebhookSender>().Url = url;

    /// <summary>What goes wrong from now on.</summary>
    public void Misbehave(FaultPlan plan) => _app.Services.GetRequiredService<FaultDice>().Set(plan);

    /// <summary>The first calls of one operation go wrong in one way, always.</summary>
    public void Misbehave(string fault, string? operation = null, int? calls = null) => Misbehave(new FaultPlan(
        1, new Dictionary<string, double> { [fault] = 1 }, operation is null ? null : [operation], calls));

    /// <summary>The shopper passes or fails the bank's challenge.</summary>
    public Task<FlashSale.PaymentSimulator.Intents.StripeAnswer> EndChallengeAsync(string intent, Challenge outcome) =>
        _app.Services.GetRequiredService<FlashSale.PaymentSimulator.Challenges.Challenger>().EndAsync(intent, outcome);

    /// <summary>The shopper tries a card on the provider's own page.</summary>
    public Task PayOnPageAsync(string session, string card) =>
        _app.Services.GetRequiredService<FlashSale.PaymentSimulator.Hosted.HostedPages>().PayAsync(session, card);

    /// <summary>The provider's own pages of a reservation.</summary>
    public IReadOnlyList<string> PagesOf(string reservation) =>
        _app.Services.GetRequiredService<FlashSale.PaymentSimulator.Intents.Bank>().PagesOf(reservation);

    /// <summary>Nobody can pay on the page any more, and we have not asked for it.</summary>
    public void ExpirePage(string session) =>
        _app.Services.GetRequiredService<FlashSale.PaymentSimulator.Intents.Bank>().Expire(session);

    /// <summary>In the provider's dashboard: what is captured goes back.</summary>
    public void Refund(string intent) => _app.Services.GetRequiredService<FlashSale.PaymentSimulator.Intents.Bank>()
        .Refund(new(intent, null, null, new Dictionary<string, string>()), default);

    /// <summary>Refunds of a sale that were to succeed or fail later have done so.</summary>
    public Task RestAsync(string sale) => _app.Services.GetRequiredService<FlashSale.PaymentSimulator.Challenges.Challenger>()
        .EndPlannedAsync(refund => refund.Of.MetadataOf("sale") == sale);

    /// <summary>A refund succeeds, or fails, also late.</summary>
    public Task EndRefundAsync(string refund, bool succeeds) =>
        _app.Services.GetRequiredService<FlashSale.PaymentSimulator.Challenges.Challenger>().EndRefundAsync(refund, succeeds);

    /// <summary>The buyer's bank disputes a payment, or its dispute goes on.</summary>
    public Task DisputeAsync(string intent, string status) =>
        _app.Services.GetRequiredService<FlashSale.PaymentSimulator.Challenges.Challenger>().DisputeAsync(intent, status);

    public void Behave() => Misbehave(FaultPlan.None);

    public async Task<IReadOnlyList<LedgerPayment>> LedgerOfAsync(string sale) =>
        (await _http.GetFromJsonAsync<LedgerAnswer>($"/sim/ledger?sale={sale}"))!.Payments;

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _app.StopAsync(new CancellationToken(canceled: true));
        await _app.DisposeAsync();
    }

    private sealed record LedgerAnswer(IReadOnlyList<LedgerPayment> Payments);
}

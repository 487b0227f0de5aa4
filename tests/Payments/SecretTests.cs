using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;

using FlashSale.PaymentSimulator.Faults;
using FlashSale.Tests.Checkout;
using FlashSale.Tests.PaymentSimulator;
using FlashSale.Tests.Support;

using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

using MySqlConnector;

using Xunit;

namespace FlashSale.Tests.Payments;

public sealed class SecretTests
{
    private static readonly Func<object, Exception?, string> s_text = (state, error) => $"{state} {error}";

    [Fact]
    public async Task Secrets_tokens_and_cards_never_reach_the_logs_however_much_is_logged()
    {
        await using var simulator = await SimulatorHost.StartAsync();
        await using var tokens = await TokenSource.StartAsync();
        var lines = new ConcurrentQueue<string>();
        var settings = CheckoutHost.Settings(await simulator.LedgerAsync(), tokens.JwksUrl);
        settings["Payments:StripeApiBase"] = simulator.Url;
        settings["Payments:StripeApiKey"] = SimulatorHost.ApiKey;
        settings["Payments:WebhookSecret"] = SimulatorHost.WebhookSecret;
        await using var app = FlashSale.Checkout.Program.Build(["--urls", "http://127.0.0.1:0"], builder =>
        {
            builder.Configuration.AddInMemoryCollection(settings);
            builder.Logging.ClearProviders().AddProvider(new Everything(lines)).AddFilter<Everything>(_ => true)
                .SetMinimumLevel(LogLevel.Trace);
        });
        await app.StartAsync(TestContext.Current.CancellationToken);
        using var http = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
        await WaitFor.TrueAsync(async () => (await http.GetAsync("/health/ready")).IsSuccessStatusCode, "ready");

        var sale = Unique.Name();
        var admin = await SendAsync(http, HttpMethod.Put, $"/admin/sales/{sale}", CheckoutHost.AdminKey,
            new { inventory = 5, price = new { amount = 500, currency = "usd" } });
        Assert.Equal(HttpStatusCode.Created, admin.StatusCode);
        var token = tokens.Sign(sale, 1);
        var made = await SendAsync(http, HttpMethod.Post, $"/sales/{sale}/reservations", token, new { });
        var id = (await made.Content.ReadFromJsonAsync<Made>())!.Id;
        Assert.Equal(HttpStatusCode.PaymentRequired, (await PayAsync("first", "pm_card_chargeDeclined")).StatusCode);
        var asked = await PayAsync("asked", "pm_card_authenticationRequired");
        var challenge = await asked.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Contains("_secret_", challenge, StringComparison.Ordinal);
        await simulator.EndChallengeAsync(challenge[challenge.IndexOf("pi_", StringComparison.Ordinal)..]
            .Split("_secret_")[0], FlashSale.PaymentSimulator.Money.Challenge.Fail);
        Assert.Equal(HttpStatusCode.PaymentRequired, (await SendAsync(http, HttpMethod.Post,
            $"/reservations/{id}/payments/asked/continue", token, new { })).StatusCode);
        simulator.Misbehave(new FaultPlan(1, new Dictionary<string, double>
        {
            [Fault.ResetAfter] = 0.3,
            [Fault.Malformed] = 0.3,
            [Fault.Error500After] = 0.3,
        }));
        Assert.True((await PayAsync("second", "pm_card_visa")).IsSuccessStatusCode);
        using var forged = new StringContent("{}");
        forged.Headers.Add("Stripe-Signature", "t=1,v1=0");
        await http.PostAsync("/payments/webhooks", forged);
        await app.StopAsync(TestContext.Current.CancellationToken);

        Assert.Contains(lines, line => line.Contains("Payment attempt", StringComparison.Ordinal));
        string[] secrets =
        [
            SimulatorHost.ApiKey, SimulatorHost.WebhookSecret, token, CheckoutHost.AdminKey, CheckoutHost.ServiceKeyText,
            "pm_card_", "_secret_", .. Password(settings["Ledger:MySql"]!),
        ];
        foreach (var secret in secrets)
            Assert.DoesNotContain(lines, line => line.Contains(secret, StringComparison.Ordinal));

        Task<HttpResponseMessage> PayAsync(string key, string method) => SendAsync(
            http, HttpMethod.Post, $"/reservations/{id}/payments", token, new { paymentMethod = method }, key);
    }

    private static IEnumerable<string> Password(string connection) =>
        new MySqlConnectionStringBuilder(connection).Password is { Length: > 0 } password ? [password] : [];

    private static Task<HttpResponseMessage> SendAsync(
        HttpClient http, HttpMethod method, string path, string bearer, object body, string? key = null)
    {
        var request = new HttpRequestMessage(method, path) { Content = JsonContent.Create(body) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", bearer);
        if (key is not null) request.Headers.Add("Idempotency-Key", key);
        return http.SendAsync(request);
    }

    private sealed record Made(string Id);

    /// <summary>Every line of every category and level, scopes aside.</summary>
    private sealed class Everything(ConcurrentQueue<string> lines) : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception,
            Func<TState, Exception?, string> formatter) =>
            lines.Enqueue(formatter(state, exception) + s_text(state!, exception));

        public void Dispose()
        {
        }
    }
}

using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;

using FlashSale.Tests.Support;

using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;

using MySqlConnector;

using Xunit;

namespace FlashSale.Tests.Checkout;

/// <summary>One checkout in this process, on a database of its own, that trusts the tokens of <see cref="Tokens"/>.</summary>
public sealed class CheckoutHost : IAsyncDisposable
{
    public const string AdminKey = "fsa_test-admin-key";
    public const string ServiceKeyText = "0123456789abcdef0123456789abcdef";

    private CheckoutHost(WebApplication app, TokenSource tokens, string database)
    {
        (App, Tokens, Database) = (app, tokens, database);
        Http = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
    }

    public WebApplication App { get; }

    public TokenSource Tokens { get; }

    public string Database { get; }

    public HttpClient Http { get; }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static Dictionary<string, string?> Settings(string database, string jwksUrl) => new()
    {
        ["Service:Key"] = ServiceKeyText,
        ["Ledger:MySql"] = database,
        ["Checkout:WaitingRoomUrl"] = "http://127.0.0.1:1",
        ["Admission:JwksUrl"] = jwksUrl,
        ["Operators:AdminKeyHash"] = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(AdminKey))),
        ["Payments:StripeApiBase"] = "http://127.0.0.1:1",
        ["Payments:StripeApiKey"] = "sk_test_0123456789abcdef",
        ["Payments:WebhookSecret"] = "whsec_0123456789abcdef0123456789abcdef",
    };

    public static WebApplication Build(Dictionary<string, string?> settings) =>
        // As an operator gives them: some are read while the services are registered.
        FlashSale.Checkout.Program.Build(["--urls", "http://127.0.0.1:0", .. settings.Select(one => $"--{one.Key}={one.Value}")], builder =>
        {
            if (Environment.GetEnvironmentVariable("FLASHSALE_TEST_LOGS") != "1") builder.Logging.ClearProviders();
        });

    /// <param name="settings">Beside, or instead of, <see cref="Settings"/>.</param>
    public static async Task<CheckoutHost> StartAsync(
        string? database = null, TokenSource? tokens = null, params (string Key, string Value)[] settings)
    {
        database ??= await TestMariaDb.CreateDatabaseAsync();
        tokens ??= await TokenSource.StartAsync();
        var all = Settings(database, tokens.JwksUrl);
        foreach (var (key, value) in settings) all[key] = value;
        var app = Build(all);
        await app.StartAsync(Cancel);
        var host = new CheckoutHost(app, tokens, database);
        await WaitFor.TrueAsync(
            async () => (await host.Http.GetAsync("/health/ready", Cancel)).IsSuccessStatusCode, "the checkout is ready");
        return host;
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await App.DisposeAsync();
        await Tokens.DisposeAsync();
    }

    public async Task<CheckoutAnswer> SendAsync(
        HttpMethod method, string path, object? body = null, string? bearer = null, params (string, string)[] headers)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is HttpContent content) request.Content = content;
        else if (body is not null) request.Content = JsonContent.Create(body);
        if (bearer is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", bearer);
        foreach (var (name, value) in headers) request.Headers.Add(name, value);
        using var answer = await Http.SendAsync(request, Cancel);
        return new CheckoutAnswer((int)answer.StatusCode, await answer.Content.ReadAsStringAsync(Cancel));
    }

    public Task<CheckoutAnswer> AdminAsync(HttpMethod method, string path, object? body = null) =>
        SendAsync(method, "/admin" + path, body, AdminKey);

    /// <summary>A new sale that is open now; its id.</summary>
    public async Task<string> SaleAsync(int inventory = 10, object? more = null)
    {
        var sale = Unique.Name();
        var put = await AdminAsync(HttpMethod.Put, $"/sales/{sale}",
            new { inventory, price = new { amount = 99_900, currency = "usd" }, graceSeconds = 1 });
        Assert.Equal(201, put.Status);
        if (more is not null) Assert.Equal(200, (await AdminAsync(HttpMethod.Patch, $"/sales/{sale}", more)).Status);
        return sale;
    }

    public Task<CheckoutAnswer> ReserveAsync(string sale, string? token) =>
        SendAsync(HttpMethod.Post, $"/sales/{sale}/reservations", null, token);

    /// <summary>Redeems a new admission; the reservation's id and the token.</summary>
    public async Task<(string Id, string Token)> HeldAsync(string sale, int unit, string? shopper = null)
    {
        var token = Tokens.Sign(sale, unit, shopper);
        var made = await ReserveAsync(sale, token);
        Assert.Equal(201, made.Status);
        return (made.Text("id"), token);
    }

    public async Task<long> CountAsync(string sql)
    {
        await using var connection = new MySqlConnection(Database);
        await connection.OpenAsync(Cancel);
        await using var command = new MySqlCommand(sql, connection);
        return Convert.ToInt64(
            await command.ExecuteScalarAsync(Cancel), System.Globalization.CultureInfo.InvariantCulture);
    }

    /// <summary>All rows, as text.</summary>
    public async Task<string> ReadSqlAsync(string sql)
    {
        await using var connection = new MySqlConnection(Database);
        await connection.OpenAsync(Cancel);
        await using var command = new MySqlCommand(sql, connection);
        await using var reader = await command.ExecuteReaderAsync(Cancel);
        var text = new StringBuilder();
        while (await reader.ReadAsync(Cancel))
        {
            for (var at = 0; at < reader.FieldCount; at++)
                text.Append(reader.GetValue(at) is byte[] bytes ? Convert.ToHexString(bytes) : reader.GetValue(at)).Append('\t');
            text.Append('\n');
        }
        return text.ToString();
    }

    public Task RunSqlAsync(string sql) => CountAsync(sql);
}

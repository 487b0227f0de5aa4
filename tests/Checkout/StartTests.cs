using System.Text.Json;

using FlashSale.Tests.Support;

using Microsoft.Extensions.Options;

using MySqlConnector;

using Xunit;

namespace FlashSale.Tests.Checkout;

public sealed class StartTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("Ledger:MySql", "", "MySql")]
    [InlineData("Ledger:MySql", "no such key=1", "Ledger:MySql")]
    [InlineData("Operators:AdminKeyHash", "abc", "Operators:AdminKeyHash")]
    [InlineData("Admission:JwksUrl", "nonsense", "Admission:JwksUrl")]
    [InlineData("Checkout:WaitingRoomUrl", "nonsense", "Checkout:WaitingRoomUrl")]
    [InlineData("Service:Key", "short", "Key")]
    public async Task Bad_configuration_stops_the_start_and_names_the_key(string key, string value, string named)
    {
        var settings = CheckoutHost.Settings("Server=127.0.0.1;Database=none", "http://127.0.0.1:1/jwks.json");
        settings[key] = value;
        var error = await Assert.ThrowsAnyAsync<OptionsValidationException>(async () =>
        {
            await using var app = CheckoutHost.Build(settings);
            await app.StartAsync(Cancel);
        });
        Assert.Contains(named, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_dead_database_at_the_start_is_retried_and_reported()
    {
        var database = new MySqlConnectionStringBuilder(TestMariaDb.ConnectionString)
        {
            Database = Unique.Name("flashsale").Replace('-', '_'),
        };
        await using var tokens = await TokenSource.StartAsync();
        await using var app = CheckoutHost.Build(CheckoutHost.Settings(database.ConnectionString, tokens.JwksUrl));
        await app.StartAsync(Cancel);
        using var http = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };

        using var notReady = await http.GetAsync("/health/ready", Cancel);
        Assert.Equal(503, (int)notReady.StatusCode);
        var body = await JsonSerializer.DeserializeAsync<JsonElement>(
            await notReady.Content.ReadAsStreamAsync(Cancel), cancellationToken: Cancel);
        Assert.Contains("database", body.GetProperty("missing")[0].GetString(), StringComparison.Ordinal);
        Assert.True((await http.GetAsync("/health/live", Cancel)).IsSuccessStatusCode);

        using var request = new HttpRequestMessage(HttpMethod.Post, "/sales/a/reservations");
        request.Headers.Add("Authorization", "Bearer " + tokens.Sign("a", 1));
        using var shopper = await http.SendAsync(request, Cancel);
        Assert.Equal(503, (int)shopper.StatusCode);
        Assert.NotNull(shopper.Headers.RetryAfter);

        await using var connection = new MySqlConnection(TestMariaDb.ConnectionString);
        await connection.OpenAsync(Cancel);
        await using var command = new MySqlCommand($"CREATE DATABASE `{database.Database}`", connection);
        await command.ExecuteNonQueryAsync(Cancel);
        await WaitFor.TrueAsync(
            async () => (await http.GetAsync("/health/ready", Cancel)).IsSuccessStatusCode, "it is ready by itself");
    }

    [Fact]
    public async Task Several_checkouts_start_at_once_on_an_empty_database()
    {
        var database = await TestMariaDb.CreateDatabaseAsync();
        var hosts = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => CheckoutHost.StartAsync(database)));
        Assert.Equal(1, await hosts[0].CountAsync("SELECT COUNT(*) FROM storefronts WHERE id = 'demo'"));
        foreach (var host in hosts) await host.DisposeAsync();
    }
}

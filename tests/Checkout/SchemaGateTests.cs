using FlashSale.Checkout.Ledger;
using FlashSale.Tests.Support;

using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

using MySqlConnector;

using Xunit;

namespace FlashSale.Tests.Checkout;

/// <summary>A checkout whose schema is not there yet, beside one of an older version that is.</summary>
public sealed class SchemaGateTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_route_that_needs_the_ledger_is_unavailable_until_the_schema_is_there()
    {
        var database = await TestMariaDb.CreateDatabaseAsync();
        await using var connection = new MySqlConnection(database);
        await connection.OpenAsync(Cancel);
        // Tables of another version: the migration can't go on, and statements of this version would meet unknown columns.
        foreach (var table in new[] { "sales", "storefronts", "reservations" })
            await new MySqlCommand($"CREATE TABLE {table} (id VARCHAR(63) PRIMARY KEY)", connection).ExecuteNonQueryAsync(Cancel);
        await using var tokens = await TokenSource.StartAsync();
        await using var app = CheckoutHost.Build(CheckoutHost.Settings(database, tokens.JwksUrl));
        await app.StartAsync(Cancel);
        using var http = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
        http.DefaultRequestHeaders.Add("Authorization", "Service " + CheckoutHost.ServiceKeyText);

        var tried = 0;
        foreach (var route in app.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>())
            foreach (var method in route.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? [])
            {
                var path = "/" + route.RoutePattern.RawText!.TrimStart('/').Replace("{sale}", "a", StringComparison.Ordinal)
                    .Replace("{id}", "demo", StringComparison.Ordinal).Replace("{documentName}", "checkout", StringComparison.Ordinal);
                var needsNone = path.StartsWith("/health", StringComparison.Ordinal) || path.StartsWith("/openapi", StringComparison.Ordinal)
                    || path.StartsWith("/assets", StringComparison.Ordinal) || path is "/admin/" || path.StartsWith("/admin/assets", StringComparison.Ordinal);
                using var request = new HttpRequestMessage(new HttpMethod(method), path);
                using var answer = await http.SendAsync(request, Cancel);
                if (!needsNone) Assert.Equal((path, 503), (path, (int)answer.StatusCode));
                else Assert.True((int)answer.StatusCode is 200 or 404 || path == "/health/ready", $"{path}: {answer.StatusCode}");
                tried++;
            }
        Assert.True(tried > 30, $"only {tried} routes");

        foreach (var table in new[] { "sales", "storefronts", "reservations" })
            await new MySqlCommand($"DROP TABLE {table}", connection).ExecuteNonQueryAsync(Cancel);
        await app.Services.GetRequiredService<Migrator>().Migrated.WaitAsync(TimeSpan.FromSeconds(60), Cancel);
        Assert.Equal(200, (int)(await http.GetAsync("/internal/catalog", Cancel)).StatusCode);
    }

    /// <summary>What a newer version has added; this one is started again beside it, or instead of it.</summary>
    [Fact]
    public async Task A_schema_of_a_newer_version_stops_nobody()
    {
        var database = await TestMariaDb.CreateDatabaseAsync();
        await using var tokens = await TokenSource.StartAsync();
        await using (var first = CheckoutHost.Build(CheckoutHost.Settings(database, tokens.JwksUrl)))
        {
            await first.StartAsync(Cancel);
            await first.Services.GetRequiredService<Migrator>().Migrated.WaitAsync(TimeSpan.FromSeconds(120), Cancel);
            await first.StopAsync(Cancel);
        }
        await using var connection = new MySqlConnection(database);
        await connection.OpenAsync(Cancel);
        await new MySqlCommand("""
            ALTER TABLE storefronts ADD COLUMN of_a_newer_version INT NOT NULL DEFAULT 1;
            INSERT INTO schema_changes (type, version, description, name, checksum, installed_by, success)
            SELECT type, '999', 'newer', 'V999__newer.sql', checksum, installed_by, success FROM schema_changes WHERE type = 0
            ORDER BY id DESC LIMIT 1;
            """, connection).ExecuteNonQueryAsync(Cancel);

        await using var app = CheckoutHost.Build(CheckoutHost.Settings(database, tokens.JwksUrl));
        await app.StartAsync(Cancel);
        await app.Services.GetRequiredService<Migrator>().Migrated.WaitAsync(TimeSpan.FromSeconds(120), Cancel);
        using var http = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
        http.DefaultRequestHeaders.Add("Authorization", "Service " + CheckoutHost.ServiceKeyText);
        Assert.Equal(200, (int)(await http.GetAsync("/internal/catalog", Cancel)).StatusCode);
    }
}

using Dapper;

using FlashSale.Checkout.Ledger;
using FlashSale.Checkout.Webhooks;
using FlashSale.Contract;
using FlashSale.Tests.Support;

using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

using MySqlConnector;

using Xunit;

namespace FlashSale.Tests.Embedding;

/// <summary>A ledger of its own, whose rows the test writes, and the webhooks that watch it.</summary>
internal sealed class WebhookLedger : IAsyncDisposable
{
    public const string Storefront = "corner-shop";
    private readonly string _mySql;
    private readonly List<IHost> _hosts = [];

    private WebhookLedger(string mySql) => _mySql = mySql;

    public WebhookEndpoints Endpoints => _hosts[^1].Services.GetRequiredService<WebhookEndpoints>();

    public static async Task<WebhookLedger> OpenAsync(string retrySeconds = "0,0,0,1,1,1")
    {
        var ledger = new WebhookLedger(await TestMariaDb.CreateDatabaseAsync());
        await ledger.StartAsync(retrySeconds);
        return ledger;
    }

    /// <summary>Another checkout on the same ledger.</summary>
    public async Task StartAsync(string retrySeconds = "0,0,0,1,1,1")
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Ledger:MySql"] = _mySql,
            ["Webhooks:AllowLoopback"] = "true",
            ["Webhooks:RetrySeconds"] = retrySeconds,
            ["Webhooks:ScanMs"] = "50",
            ["Webhooks:TimeoutSeconds"] = "30",
        });
        builder.Services.AddOptions<LedgerOptions>().BindConfiguration(LedgerOptions.Section);
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<LedgerDatabase>().AddBackground<Migrator>().AddWebhooks();
        var host = builder.Build();
        _hosts.Add(host);
        await host.StartAsync();
        await host.Services.GetRequiredService<Migrator>().Migrated.WaitAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Stops the first checkout that still runs.</summary>
    public async Task StopOneAsync()
    {
        await _hosts[0].StopAsync();
        _hosts[0].Dispose();
        _hosts.RemoveAt(0);
    }

    /// <summary>Registers the receiver; its secret.</summary>
    public async Task<string> RegisterAsync(string url)
    {
        var storefront = StorefrontId.Parse(Storefront);
        Assert.False((await Endpoints.PutAsync(TestOperator.Of("a test"), storefront, url, TestContext.Current.CancellationToken)).Found);
        await ExecuteAsync(
            "INSERT INTO storefronts (id, name, return_origins) VALUES (@Storefront, 'A shop', '[]')", new { Storefront });
        return (await Endpoints.PutAsync(TestOperator.Of("a test"), storefront, url, TestContext.Current.CancellationToken)).Secret!;
    }

    public Task SaleAsync(string sale, int inventory) => ExecuteAsync(
        """
        INSERT INTO sales (id, name, inventory, max_unit, price_amount, price_currency, storefront, queue_opens_at, starts_at,
          line_order, identity_rule, admit_per_second, claim_seconds, pay_seconds, payment_attempts, presence_seconds,
          grace_seconds, paused, seed)
        VALUES (@sale, 'A phone', @inventory, @inventory, 99900, 'usd', @storefront, UTC_TIMESTAMP(3), UTC_TIMESTAMP(3),
          0, 0, 200, 120, 300, 3, 60, 3, 0, REPEAT('s', 32))
        """, new { sale, inventory, storefront = Storefront });

    public Task HoldAsync(string sale, Guid id, int unit) => ExecuteAsync(
        """
        INSERT INTO reservations (id, sale_no, unit, shopper, admission, state, live_unit, live_shopper, price_amount,
          created_at, pay_by, release_at, changed_at)
        SELECT @id, no, @unit, CONCAT('shopper-', @unit), CONCAT('a-', @unit), 1, @unit, CONCAT('shopper-', @unit), 99900,
          UTC_TIMESTAMP(3), UTC_TIMESTAMP(3) + INTERVAL 300 SECOND, UTC_TIMESTAMP(3) + INTERVAL 303 SECOND,
          UTC_TIMESTAMP(3) FROM sales WHERE id = @sale
        """, new { sale, id, unit });

    public Task SellAsync(Guid id) => ExecuteAsync(
        "UPDATE reservations SET state = 3, order_number = 'FS-1', changed_at = UTC_TIMESTAMP(3) WHERE id = @id", new { id });

    public Task ReleaseAsync(Guid id) => ExecuteAsync(
        """
        UPDATE reservations SET state = 4, reason = 1, live_unit = NULL, live_shopper = NULL, changed_at = UTC_TIMESTAMP(3)
        WHERE id = @id
        """, new { id });

    /// <summary>A shopper whom the storefront calls by itself.</summary>
    public Task CallAsync(string place, DateTimeOffset? until, int secondsAgo = 0)
    {
        Assert.True(ShopperId.TryParse("anna", out var shopper));
        var told = WebhookEvent.OfPlace(
            SaleId.Parse("phones"), place, shopper, until is null ? "soon" : "turn", until, TimeProvider.System.GetUtcNow());
        return ExecuteAsync(
            """
            INSERT INTO webhook_deliveries (storefront, event, type, body, state, attempts, next_at, created_at)
            VALUES (@Storefront, @Id, @Type, @Body, 1, 0, UTC_TIMESTAMP(3), UTC_TIMESTAMP(3) - INTERVAL @secondsAgo SECOND)
            """, new { Storefront, told.Id, told.Type, told.Body, secondsAgo });
    }

    public async ValueTask DisposeAsync()
    {
        while (_hosts.Count > 0) await StopOneAsync();
    }

    private async Task ExecuteAsync(string sql, object arguments)
    {
        var settings = new MySqlConnectionStringBuilder(_mySql) { GuidFormat = MySqlGuidFormat.Binary16 };
        await using var connection = new MySqlConnection(settings.ConnectionString);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await connection.ExecuteAsync(sql, arguments);
    }
}

using System.Text.Json;

using FlashSale.Tests.Support;

using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

using Xunit;

namespace FlashSale.Tests.Checkout;

/// <summary>What operators change is told: by whom, when, from where, what it was and what it is.</summary>
public sealed class JournalTests(CheckoutFixture fixture) : IClassFixture<CheckoutFixture>
{
    private const string Secret = "an-enqueue-secret-of-32-characters";

    private CheckoutHost Host => fixture.Host;

    /// <summary>How each route changes something, and what the journal calls it. A new one is told here.</summary>
    private static readonly Dictionary<string, (object? Body, string Action)> s_changes = new()
    {
        ["PUT /admin/sales/{sale}"] = (new { price = new { amount = 5_000, currency = "usd" } }, "sale.change"),
        ["PATCH /admin/sales/{sale}"] = (new { paused = true }, "sale.change"),
        ["PUT /admin/storefronts/{id}"] = (new { name = "Another name", enqueueSecret = Secret }, "storefront.change"),
        ["POST /admin/reservations/{id}/refund"] = (new { unit = "resell" }, "reservation.refund"),
        ["POST /admin/payments/{attempt}/differences/{kind}/answer"] = (new { answer = "Looked into" }, "payment.answer"),
        ["POST /admin/storefronts/{id}/key"] = (null, "storefront.key"),
        ["PUT /admin/storefronts/{id}/webhook"] = (new { url = "https://203.0.114.7/hooks/T0K3N" }, "webhook.set"),
        ["POST /admin/storefronts/{id}/webhook/replay"] = (null, "webhook.replay"),
        ["DELETE /admin/storefronts/{id}/webhook"] = (null, "webhook.forget"),
        ["PUT /admin/operators/{name}"] = (new { role = "operator" }, "operator.change"),
        ["POST /admin/operators/{name}/key"] = (null, "operator.key"),
        ["DELETE /admin/operators/{name}"] = (null, "operator.revoke"),
    };

    [Fact]
    public async Task Every_route_that_changes_something_leaves_a_row_and_changes_nothing_without()
    {
        Assert.Equal(Changing(Host).Order(StringComparer.Ordinal), s_changes.Keys.Order(StringComparer.Ordinal));
        await using var host = await CheckoutHost.StartAsync();
        var (shop, name) = ("a-shop", "anna");
        await host.AdminAsync(HttpMethod.Put, $"/storefronts/{shop}", new { name = "A shop" });
        var sale = await host.SaleAsync(more: new { storefront = shop });
        await host.AdminAsync(HttpMethod.Put, $"/operators/{name}", new { role = "viewer" });
        var admin = (await host.AdminAsync(HttpMethod.Put, "/operators/bert", new { role = "admin" })).Text("apiKey");
        await host.RunSqlAsync($"""
            INSERT INTO webhook_deliveries (storefront, event, type, body, state, attempts, next_at, created_at)
            VALUES ('{shop}', 'e1', 'unit.sold', '', 3, 9, UTC_TIMESTAMP(3), UTC_TIMESTAMP(3))
            """);

        var attempt = new string('1', 32);
        await host.RunSqlAsync($"""
            INSERT INTO payment_differences (attempt, kind, sale_no, reservation, amount, detail, raised_at)
            SELECT X'{attempt}', 1, no, X'{attempt}', 5, 'succeeded', UTC_TIMESTAMP(3) FROM sales WHERE id = '{sale}'
            """);
        var (sold, _) = await host.HeldAsync(await host.SaleAsync(), 1);
        var demo = (await host.AdminAsync(HttpMethod.Post, "/storefronts/demo/key")).Text("apiKey");
        Assert.Equal(200, (await host.SendAsync(HttpMethod.Post, $"/reservations/{sold}/confirm", null, demo)).Status);

        foreach (var (route, (body, action)) in s_changes)
        {
            var id = route.Contains("/reservations/", StringComparison.Ordinal) ? sold : shop;
            var (method, path) = (new HttpMethod(route.Split(' ')[0]), route.Split(' ')[1].Replace("{sale}", sale, StringComparison.Ordinal)
                .Replace("{id}", id, StringComparison.Ordinal).Replace("{name}", name, StringComparison.Ordinal)
                .Replace("{attempt}", attempt, StringComparison.Ordinal).Replace("{kind}", "refundedElsewhere", StringComparison.Ordinal));
            var before = await StateAsync(host);
            await host.RunSqlAsync("ALTER TABLE journal RENAME TO journal_away");
            Assert.Equal((route, 503), (route, (await host.SendAsync(method, path, body, admin, ("Idempotency-Key", "a"))).Status));
            await host.RunSqlAsync("ALTER TABLE journal_away RENAME TO journal");
            Assert.Equal((route, before), (route, await StateAsync(host)));

            Assert.InRange((await host.SendAsync(method, path, body, admin, ("X-Forwarded-For", "203.0.113.7"), ("Idempotency-Key", "b"))).Status, 200, 204);
            var told = (await EntriesAsync(host, "limit=1")).Single();
            Assert.Equal((action, "bert"), (told.GetProperty("action").GetString(), told.GetProperty("actor").GetString()));
            Assert.StartsWith("203.0.113.7 via ", told.GetProperty("from").GetString(), StringComparison.Ordinal);
            Assert.NotEqual(before, await StateAsync(host));
        }
        var all = (await host.AdminAsync(HttpMethod.Get, "/journal?limit=1000")).Body;
        Assert.DoesNotContain(Secret, all, StringComparison.Ordinal);
        Assert.DoesNotContain("T0K3N", all, StringComparison.Ordinal);
        Assert.DoesNotContain("fsk_", all, StringComparison.Ordinal);
        Assert.DoesNotContain("fso_", all, StringComparison.Ordinal);
        Assert.DoesNotContain("seed", all, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_change_is_told_with_what_was_and_what_is_and_no_change_is_not_told()
    {
        var sale = await Host.SaleAsync(10);
        var created = (await EntriesAsync(Host, $"sale={sale}")).Single();
        Assert.Equal("sale.create", created.GetProperty("action").GetString());
        Assert.Equal("(admin key)", created.GetProperty("actor").GetString());
        Assert.Equal(JsonValueKind.Null, created.GetProperty("before").ValueKind);
        Assert.Equal(10, created.GetProperty("after").GetProperty("inventory").GetInt32());

        await Host.AdminAsync(HttpMethod.Patch, $"/sales/{sale}", new { inventory = 12, paused = false });
        await Host.AdminAsync(HttpMethod.Patch, $"/sales/{sale}", new { inventory = 12 });
        await Host.AdminAsync(HttpMethod.Patch, $"/sales/{sale}", new { inventory = -1 });
        var entries = await EntriesAsync(Host, $"sale={sale}");
        Assert.Equal(2, entries.Count);
        Assert.Equal("""{"inventory":10} → {"inventory":12}""", $"{entries[0].GetProperty("before")} → {entries[0].GetProperty("after")}");
        Assert.Equal("demo", entries[0].GetProperty("storefront").GetString());
        Assert.InRange(entries[0].GetProperty("at").GetDateTimeOffset(), created.GetProperty("at").GetDateTimeOffset(), DateTimeOffset.MaxValue);
    }

    [Fact]
    public async Task The_journal_is_paged_newest_first_by_sale_and_actor_and_exported()
    {
        var sale = await Host.SaleAsync();
        var name = Unique.Name("op");
        var key = (await Host.AdminAsync(HttpMethod.Put, $"/operators/{name}", new { role = "operator" })).Text("apiKey");
        for (var rate = 1; rate <= 5; rate++) await Host.SendAsync(HttpMethod.Patch, $"/admin/sales/{sale}", new { admitPerSecond = rate }, key);
        await Host.SendAsync(HttpMethod.Patch, $"/admin/sales/{sale}", new { message = "=1+cmd" }, key);

        var pages = new List<List<JsonElement>>();
        for (string? cursor = ""; cursor is not null;)
        {
            var page = (await Host.AdminAsync(HttpMethod.Get, $"/journal?sale={sale}&limit=3&cursor={cursor}")).Json;
            pages.Add([.. page.GetProperty("entries").EnumerateArray()]);
            cursor = page.GetProperty("cursor").GetString();
        }
        Assert.Equal([3, 3, 1], pages.Select(page => page.Count));
        var numbers = pages.SelectMany(page => page).Select(entry => entry.GetProperty("no").GetInt64()).ToList();
        Assert.Equal(numbers.OrderDescending(), numbers);
        Assert.Equal(6, (await EntriesAsync(Host, $"actor={name}")).Count);
        Assert.Empty(await EntriesAsync(Host, $"actor={name}&sale={await Host.SaleAsync()}"));

        var csv = await Host.AdminAsync(HttpMethod.Get, $"/journal.csv?sale={sale}");
        var lines = csv.Body.TrimEnd().Split("\r\n");
        Assert.Equal("no,at,actor,from,action,sale,storefront,subject,before,after", lines[0]);
        Assert.Equal(8, lines.Length);
        Assert.Contains($",{name},", lines[1], StringComparison.Ordinal);
        Assert.Contains("\"{\"\"message\"\":\"\"=1+cmd\"\"}\"", lines[1], StringComparison.Ordinal);
        foreach (var query in new[] { "sale=No!", "cursor=x", "limit=0", "limit=2000", "limit=few" })
            Assert.Equal((query, "malformed"), (query, (await Host.AdminAsync(HttpMethod.Get, $"/journal?{query}")).Code));
    }

    [Fact]
    public async Task A_storefront_that_moves_its_own_webhook_is_told_of_too()
    {
        var shop = Unique.Name("shop");
        var key = (await Host.AdminAsync(HttpMethod.Put, $"/storefronts/{shop}", new { name = "A shop" })).Text("apiKey");
        Assert.Equal(201, (await Host.SendAsync(HttpMethod.Put, $"/storefronts/{shop}/webhook", new { url = "https://203.0.114.7/a" }, key)).Status);
        Assert.Single(await EntriesAsync(Host, $"actor=storefront:{shop}"));
    }

    private static async Task<List<JsonElement>> EntriesAsync(CheckoutHost host, string query) =>
        [.. (await host.AdminAsync(HttpMethod.Get, $"/journal?{query}")).Json.GetProperty("entries").EnumerateArray()];

    /// <summary>All that operators set, as it is in the ledger.</summary>
    private static async Task<string> StateAsync(CheckoutHost host)
    {
        var state = "";
        foreach (var (table, columns) in new[]
        {
            ("sales", "*"), ("storefronts", "*"), ("operators", "*"), ("webhook_endpoints", "storefront, url"),
            ("webhook_deliveries", "storefront, event, state"), ("journal", "no"), ("reservations", "id, state"),
            ("payment_differences", "attempt, answer"),
        })
            state += await host.ReadSqlAsync($"SELECT {columns} FROM {table} ORDER BY 1") + "\n";
        return state;
    }

    private static IEnumerable<string> Changing(CheckoutHost host) =>
        host.App.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(route => route.RoutePattern.RawText!.StartsWith("/admin", StringComparison.Ordinal))
            .SelectMany(route => route.Metadata.GetMetadata<IHttpMethodMetadata>()!.HttpMethods
                .Where(method => method != "GET").Select(method => $"{method} {route.RoutePattern.RawText!.TrimEnd('/')}"));
}

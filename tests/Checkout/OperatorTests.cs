using System.IO.Hashing;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

using FlashSale.Contract;
using Xunit;

namespace FlashSale.Tests.Checkout;

public sealed class OperatorTests(CheckoutFixture fixture) : IClassFixture<CheckoutFixture>
{
    private CheckoutHost Host => fixture.Host;

    [Fact]
    public async Task Reservations_are_paged_in_the_order_of_their_creation()
    {
        var (sale, last) = (await Host.SaleAsync(8), "");
        for (var unit = 1; unit <= 7; unit++)
        {
            // Ids are in the order of their creation by the millisecond.
            await Task.Delay(2, TestContext.Current.CancellationToken);
            var (id, token) = await Host.HeldAsync(sale, unit);
            last = id;
            if (unit > 5) await Host.SendAsync(HttpMethod.Delete, $"/reservations/{id}", null, token);
        }
        await Host.AdminAsync(HttpMethod.Patch, $"/sales/{sale}", new { inventory = 7 });

        Assert.Equal([1, 2, 3, 4, 5, 6, 7], await UnitsAsync(sale, "limit=3"));
        Assert.Equal([1, 2, 3, 4, 5], await UnitsAsync(sale, "limit=2&state=held"));
        Assert.Equal([6, 7], await UnitsAsync(sale, "state=released"));
        Assert.Empty(await UnitsAsync(sale, "state=sold"));
        Assert.Equal([3], await UnitsAsync(sale, "find=3"));
        Assert.Equal([7], await UnitsAsync(sale, "limit=1&find=" + last));
        Assert.Empty(await UnitsAsync(sale, "find=FS-0000-0000-0000"));
        foreach (var query in new[] { "state=odd", "cursor=odd", "limit=0", "limit=few", "find=", "find=%00" })
            Assert.Equal("malformed", (await Host.AdminAsync(HttpMethod.Get, $"/sales/{sale}/reservations?{query}")).Code);
        Assert.Equal("unknownSale", (await Host.AdminAsync(HttpMethod.Get, "/sales/no-sale/reservations")).Code);
    }

    [Fact]
    public async Task An_export_is_no_spreadsheet_formula()
    {
        var sale = await Host.SaleAsync();
        await Host.HeldAsync(sale, 1, "=cmd|'/c calc'!A1");
        await Host.HeldAsync(sale, 2, "a; @SUM(1,\"2\")");
        await Host.HeldAsync(sale, 3, "anna@shop.example");
        await Host.HeldAsync(sale, 4, "x;=1+cmd; -2|@3");
        await Host.HeldAsync(sale, 5, "a;b");
        await Host.HeldAsync(sale, 6, "a;\"=cmd|'/c calc'!A1;b");
        var csv = await Host.AdminAsync(HttpMethod.Get, $"/sales/{sale}/reservations.csv");

        Assert.Equal(7, csv.Body.TrimEnd().Split("\r\n").Length);
        // Anywhere: what is made within one millisecond is in no order.
        Assert.Contains(",\"x;'=1+cmd; '-2|'@3\",", csv.Body, StringComparison.Ordinal);
        Assert.Contains(",\"a;b\",", csv.Body, StringComparison.Ordinal);
        Assert.Contains(",\"a;\"\"'=cmd|'/c calc'!A1;b\",", csv.Body, StringComparison.Ordinal);
        Assert.Contains(",\"'=cmd|'/c calc'!A1\",", csv.Body, StringComparison.Ordinal);
        Assert.Contains(",\"a; '@SUM(1,\"\"2\"\")\",", csv.Body, StringComparison.Ordinal);
        Assert.Contains(",anna@shop.example,", csv.Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("state = 3, order_number = NULL", "invariant 5")]
    [InlineData("state = 3, secured_by = UNHEX(REPEAT('00', 16)), order_number = 'FS-1', payment_state = 0", "invariant 5")]
    [InlineData("live_unit = NULL", "invariant 2")]
    [InlineData("unit = 99, live_unit = 99", "invariant 1")]
    [InlineData("state = 2, release_at = '2020-01-01', secured_by = NULL", "invariant 5")]
    [InlineData("payment_attempts = 9", "invariant 6")]
    [InlineData("state = 4, live_unit = NULL, live_shopper = NULL", "invariant 6")]
    public async Task An_audit_sees_what_was_forced_into_the_ledger(string set, string violation)
    {
        var sale = await Host.SaleAsync();
        await Host.HeldAsync(sale, 1);
        Assert.True(await Audits.IsOkAsync(Host, sale));
        await Host.RunSqlAsync(
            $"UPDATE reservations r JOIN sales s ON s.no = r.sale_no SET {Qualified(set)} WHERE s.id = '{sale}'");
        var audit = await Audits.GetAsync(Host, sale);
        Assert.False(audit.GetProperty("ok").GetBoolean());
        Assert.Contains(audit.GetProperty("violations").EnumerateArray(),
            told => told.GetString()!.StartsWith(violation, StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_audit_sees_an_oversold_unit()
    {
        await using var host = await CheckoutHost.StartAsync();
        var sale = await host.SaleAsync(2);
        await host.HeldAsync(sale, 1);
        await host.HeldAsync(sale, 2);
        await host.RunSqlAsync("ALTER TABLE reservations DROP KEY one_live_unit");
        await host.RunSqlAsync("UPDATE reservations SET unit = 1, live_unit = 1");
        await host.RunSqlAsync("UPDATE sales SET inventory = 1, max_unit = 1");
        var audit = await Audits.GetAsync(host, sale);
        Assert.Equal(2, audit.GetProperty("violations").EnumerateArray()
            .Count(told => told.GetString()!.StartsWith("invariant 1", StringComparison.Ordinal)
                && !told.GetString()!.Contains("admitted", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task The_waiting_room_pulls_what_is_live_and_then_what_changed()
    {
        var sale = await Host.SaleAsync(4);
        await Host.HeldAsync(sale, 1);
        var (id, token) = await Host.HeldAsync(sale, 2);
        await Host.SendAsync(HttpMethod.Delete, $"/reservations/{id}", null, token);
        await Host.AdminAsync(HttpMethod.Patch, $"/sales/{sale}", new { inventory = 3 });

        var full = await PullAsync("");
        Assert.Contains(full.Sales!, known => known.Id.Value == sale && known is { Inventory: 3, MaxUnit: 4 });
        Assert.Equal([(1, UnitState.Held), (2, UnitState.Released), (4, UnitState.Withdrawn)], Units(full, sale));
        Assert.All(full.Units.Where(unit => unit.State is UnitState.Held), unit => Assert.NotEmpty(unit.Admission));

        var same = await PullAsync($"?revision={full.Revision}&since={Uri.EscapeDataString(Wire.Format(full.AsOf))}");
        Assert.Null(same.Sales);
        Assert.Equal([(1, UnitState.Held), (2, UnitState.Released), (4, UnitState.Withdrawn)], Units(same, sale));

        // Long after, only what has changed is told; a unit that comes back is told as released.
        await Host.RunSqlAsync("UPDATE reservations SET changed_at = changed_at - INTERVAL 1 MINUTE");
        await Host.AdminAsync(HttpMethod.Patch, $"/sales/{sale}", new { inventory = 4 });
        var since = $"?revision={full.Revision}&since={Uri.EscapeDataString(Wire.Format(full.AsOf))}";
        var later = await PullAsync(since);
        Assert.NotNull(later.Sales);
        Assert.Equal([(4, UnitState.Released)], Units(later, sale));

        // Who knows what is held needs only that, and a sum to see that it does.
        var changed = await PullAsync(since + "&held=changed");
        Assert.Equal([(4, UnitState.Released)], Units(changed, sale));
        Assert.Null(changed.Held);
        var summed = await PullAsync(since + "&held=sums");
        Assert.Equal([(4, UnitState.Released)], Units(summed, sale));
        Assert.Equal(Sum(full, sale), Assert.Single(summed.Held!, sum => sum.Sale.Value == sale).Sum);

        // Also of what is being captured.
        await Host.RunSqlAsync($"UPDATE reservations r JOIN sales s ON s.no = r.sale_no SET r.state = 2 WHERE s.id = '{sale}' AND r.state = 1");
        await Host.HeldAsync(sale, 3);
        var two = await PullAsync(since + "&held=sums");
        Assert.Equal(2, Units(await PullAsync(""), sale).Count(unit => unit.Item2 is UnitState.Held));
        Assert.Equal(Sum(await PullAsync(""), sale), Assert.Single(two.Held!, sum => sum.Sale.Value == sale).Sum);
        using var wrong = await InternalAsync("/internal/ledger" + since + "&held=some");
        Assert.Equal(HttpStatusCode.BadRequest, wrong.StatusCode);
    }

    [Fact]
    public async Task An_edge_pulls_the_catalog_and_nobody_else_may()
    {
        var sale = await Host.SaleAsync();
        using var first = await InternalAsync("/internal/catalog");
        var catalog = (await first.Content.ReadFromJsonAsync<Catalog>(Wire.Json, TestContext.Current.CancellationToken))!;
        Assert.Contains(catalog.Sales!, known => known.Id.Value == sale);
        Assert.Contains(catalog.Storefronts!, shop => shop is { Id.Value: "demo", EnqueueSecret.Length: >= 32 });
        using var second = await InternalAsync($"/internal/catalog?revision={catalog.Revision}");
        Assert.Null((await second.Content.ReadFromJsonAsync<Catalog>(Wire.Json, TestContext.Current.CancellationToken))!.Sales);
        Assert.Equal(404, (await Host.SendAsync(HttpMethod.Get, "/internal/catalog")).Status);
        Assert.Equal(404, (await Host.SendAsync(HttpMethod.Get, "/internal/ledger", null, CheckoutHost.AdminKey)).Status);
    }

    private static string Qualified(string set) => "r." + set.Replace(", ", ", r.", StringComparison.Ordinal)
        .Replace("REPEAT('00', r.16)", "REPEAT('00', 16)", StringComparison.Ordinal);

    private async Task<List<int>> UnitsAsync(string sale, string query)
    {
        var units = new List<int>();
        for (string? cursor = ""; cursor is not null;)
        {
            var page = await Host.AdminAsync(HttpMethod.Get, $"/sales/{sale}/reservations?{query}&cursor={cursor}");
            units.AddRange(page.Json.GetProperty("reservations").EnumerateArray().Select(row => row.GetProperty("unit").GetInt32()));
            cursor = page.Json.GetProperty("cursor") is { ValueKind: JsonValueKind.String } next ? next.GetString() : null;
        }
        return units;
    }

    private async Task<LedgerSnapshot> PullAsync(string query)
    {
        using var answer = await InternalAsync("/internal/ledger" + query);
        return (await answer.Content.ReadFromJsonAsync<LedgerSnapshot>(Wire.Json, TestContext.Current.CancellationToken))!;
    }

    private async Task<HttpResponseMessage> InternalAsync(string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Authorization = ServiceKey.Header(CheckoutHost.ServiceKeyText);
        return await Host.Http.SendAsync(request, TestContext.Current.CancellationToken);
    }

    private static long Sum(LedgerSnapshot snapshot, string sale) => snapshot.Units
        .Where(unit => unit.Sale.Value == sale && unit.State is UnitState.Held)
        .Sum(unit => (long)Crc32.HashToUInt32(Encoding.ASCII.GetBytes(unit.Admission)));

    private static List<(int, UnitState)> Units(LedgerSnapshot snapshot, string sale) =>
        [.. snapshot.Units.Where(unit => unit.Sale.Value == sale).Select(unit => (unit.Unit, unit.State)).Order()];
}

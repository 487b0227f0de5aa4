using System.Net.Http.Json;

using FlashSale.Contract;

using Xunit;

namespace FlashSale.Tests.Checkout;

/// <summary>Whoever keeps a copy of sales and storefronts hears of every change, also of a ledger that was put back.</summary>
public sealed class RevisionTests : IAsyncLifetime
{
    private static readonly string[] s_tables = ["sales", "storefronts"];

    private CheckoutHost _host = null!;

    public async ValueTask InitializeAsync() => _host = await CheckoutHost.StartAsync();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task A_setting_that_changes_after_the_ledger_was_put_back_is_heard()
    {
        var sale = await _host.SaleAsync();
        await SaveAsync();
        await _host.AdminAsync(HttpMethod.Patch, $"/sales/{sale}", new { paused = true });
        var (ledger, catalog) = await HearAsync();

        await PutBackAsync();
        await _host.AdminAsync(HttpMethod.Patch, $"/sales/{sale}", new { admitPerSecond = 7 });

        var (later, all) = await HearAsync(ledger.Revision, catalog.Revision);
        foreach (var sales in new[] { later.Sales, all.Sales })
            Assert.Contains(sales!, known => known.Id.Value == sale && known is { Paused: false, AdmitPerSecond: 7 });
    }

    [Fact]
    public async Task A_sale_that_is_made_after_the_ledger_was_put_back_is_heard_of()
    {
        await SaveAsync();
        var lost = await _host.SaleAsync();
        var (ledger, catalog) = await HearAsync();

        await PutBackAsync();
        var made = await _host.SaleAsync();

        var (later, all) = await HearAsync(ledger.Revision, catalog.Revision);
        foreach (var sales in new[] { later.Sales, all.Sales })
        {
            Assert.Contains(sales!, known => known.Id.Value == made);
            Assert.DoesNotContain(sales!, known => known.Id.Value == lost);
        }
    }

    [Fact]
    public async Task A_storefront_that_changes_or_is_made_after_the_ledger_was_put_back_is_heard()
    {
        await _host.AdminAsync(HttpMethod.Put, "/storefronts/shop", new { name = "A shop" });
        await SaveAsync();
        await _host.AdminAsync(HttpMethod.Put, "/storefronts/shop", new { name = "Lost" });
        await _host.AdminAsync(HttpMethod.Put, "/storefronts/lost", new { name = "Lost" });
        var (_, catalog) = await HearAsync();

        await PutBackAsync();
        await _host.AdminAsync(HttpMethod.Put, "/storefronts/shop", new { name = "Kept" });
        await _host.AdminAsync(HttpMethod.Put, "/storefronts/made", new { name = "Made" });

        var (_, all) = await HearAsync(null, catalog.Revision);
        Assert.Equal(
            [("demo", "Demo"), ("made", "Made"), ("shop", "Kept")],
            all.Storefronts!.Select(shop => (shop.Id.Value, shop.Name)).Order());
    }

    [Fact]
    public async Task Another_ledger_in_the_place_of_this_one_is_heard()
    {
        var (_, mine) = await HearAsync();
        await using var other = await CheckoutHost.StartAsync();
        using var answer = await GetAsync(other, $"/internal/catalog?revision={mine.Revision}");
        var told = (await answer.Content.ReadFromJsonAsync<Catalog>(Wire.Json, TestContext.Current.CancellationToken))!;
        Assert.NotNull(told.Storefronts);
        Assert.NotEqual(mine.Storefronts!.Single().EnqueueSecret, told.Storefronts.Single().EnqueueSecret);
    }

    /// <summary>As a backup does.</summary>
    private async Task SaveAsync()
    {
        foreach (var table in s_tables) await _host.RunSqlAsync($"CREATE TABLE saved_{table} AS SELECT * FROM {table}");
    }

    private async Task PutBackAsync()
    {
        foreach (var table in s_tables) await _host.RunSqlAsync($"DELETE FROM {table}; INSERT INTO {table} SELECT * FROM saved_{table}");
    }

    /// <summary>What a waiting room and an edge are told that know these revisions.</summary>
    private async Task<(LedgerSnapshot Ledger, Catalog Catalog)> HearAsync(string? ledger = null, string? catalog = null)
    {
        var cancel = TestContext.Current.CancellationToken;
        using var pulled = await GetAsync(_host, $"/internal/ledger?revision={ledger}");
        using var read = await GetAsync(_host, $"/internal/catalog?revision={catalog}");
        return ((await pulled.Content.ReadFromJsonAsync<LedgerSnapshot>(Wire.Json, cancel))!,
            (await read.Content.ReadFromJsonAsync<Catalog>(Wire.Json, cancel))!);
    }

    private static async Task<HttpResponseMessage> GetAsync(CheckoutHost host, string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Authorization = ServiceKey.Header(CheckoutHost.ServiceKeyText);
        return await host.Http.SendAsync(request, TestContext.Current.CancellationToken);
    }
}

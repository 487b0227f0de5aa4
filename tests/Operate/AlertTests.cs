using System.Net.Http.Json;

using FlashSale.LoadTest.Clients;
using FlashSale.Tests.Operate.Support;
using FlashSale.Tests.Support;

using MySqlConnector;

using Xunit;

namespace FlashSale.Tests.Operate;

/// <summary>The rules, on what a running system tells while something is wrong with it.</summary>
public sealed class AlertTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_rules_are_what_Prometheus_understands()
    {
        var (exitCode, output) = await Promtool.CheckAsync();
        Assert.True(exitCode == 0, output);
    }

    [Fact]
    public async Task A_sale_that_goes_well_wakes_nobody()
    {
        await using var system = await TestSystem.StartAsync(scraped: true);
        var sale = await system.SaleAsync(TestSystem.SaleOf(200));
        await JoinAsync(system, sale, 3);
        // Each look has a shopper and two scrapes of its own: what is counted is the process's, so an error that another test
        // makes on purpose would be in every later look that starts before it.
        await WaitFor.TrueAsync(async () =>
        {
            var before = await CountedAsync(system, sale);
            foreach (var shopper in await JoinAsync(system, sale, 1)) await shopper.HasAUnitInTheCartAsync();
            return await Promtool.IsQuietAsync("severity=\"page\"", before, await Scrape.OfAsync(system));
        }, "nobody is woken");
    }

    [Fact]
    public async Task Invariant1_An_oversell_that_is_forced_into_the_ledger_wakes_someone()
    {
        await using var system = await TestSystem.StartAsync(scraped: true);
        var sale = await system.SaleAsync(TestSystem.SaleOf(2));
        var shopper = (await JoinAsync(system, sale, 1)).Single();
        await shopper.BuysAsync();
        await SellTheSameUnitsAgainAsync(system, sale);

        Scrape after = null!;
        await WaitFor.TrueAsync(
            async () => (after = await Scrape.OfAsync(system))
                .Sum("flashsale_ledger_oversold", $"sale=\"{sale}\"") > 0,
            "the oversell is counted");
        await Promtool.FiresAsync("FlashSaleOversold", after, after, $"sale=\"{sale}\"");
    }

    [Fact]
    public async Task A_waiting_room_that_does_not_hear_the_ledger_wakes_someone()
    {
        await using var system = await TestSystem.StartAsync(scraped: true);
        var sale = await system.SaleAsync();
        await JoinAsync(system, sale, 1);
        await system.EndAsync(system.CheckoutUrl);

        Scrape after = null!;
        await WaitFor.TrueAsync(async () => (after = await Scrape.OfAsync(system)).Sum(
            "flashsale_line_stopped", $"sale=\"{sale}\"", "ledger_unreachable") > 0, "the line has stopped");
        await Promtool.FiresAsync("FlashSaleSyncLost", after, after, $"sale=\"{sale}\"");
    }

    [Fact]
    public async Task A_pump_that_has_stopped_wakes_someone_and_so_does_a_line_that_grows_without_admissions()
    {
        await using var system = await TestSystem.StartAsync(scraped: true);
        var sale = await system.SaleAsync();
        await JoinAsync(system, sale, 1);
        // Called before the pump ends: an edge that learned of this turn between the two scrapes would say that somebody was.
        await WaitFor.TrueAsync(async () => (await CountedAsync(system, sale)).Samples
            .Where(sample => sample.Name == "flashsale_line_called_total" && sample.Series.Contains(sale, StringComparison.Ordinal))
            .All(sample => sample.Value > 0), "every edge has seen the only shopper's turn");
        await system.EndAsync(system.WaitingRoomUrl);

        var before = await Scrape.OfAsync(system);
        await JoinAsync(system, sale, 5);
        Scrape after = null!;
        await WaitFor.TrueAsync(
            async () => (after = await Scrape.OfAsync(system))
                .Sum("flashsale_line_board_age_seconds", $"sale=\"{sale}\"") > 10,
            "the board is old");
        await Promtool.FiresAsync("FlashSalePumpStopped", before, after, $"sale=\"{sale}\"");
        await Promtool.FiresAsync("FlashSaleNoLeader", before, after);
        await Promtool.FiresAsync("FlashSaleLineGrowsNobodyAdmitted", before, after, $"sale=\"{sale}\"");
    }

    [Fact]
    public async Task A_payment_provider_that_does_not_answer_wakes_someone()
    {
        await using var system = await TestSystem.StartAsync(scraped: true);
        var sale = await system.SaleAsync(TestSystem.SaleOf(12));
        var shoppers = await JoinAsync(system, sale, 12);
        foreach (var shopper in shoppers) await shopper.HasAUnitInTheCartAsync();
        using var http = new HttpClient();
        await http.PutAsJsonAsync(
            $"{system.SimulatorUrl}/sim/faults", new { seed = 1, rates = new { refuse = 1.0 } }, Cancel);

        var paying = shoppers.Select(shopper => shopper.PayAsync("pm_card_visa", null, Cancel)).ToList();
        Scrape after = null!;
        await WaitFor.TrueAsync(
            async () => (after = await Scrape.OfAsync(system)).Sum("flashsale_payments_provider_down") > 0,
            "the circuit is open");
        await Promtool.FiresAsync("FlashSaleProviderDown", after, after);
        await http.DeleteAsync($"{system.SimulatorUrl}/sim/faults", Cancel);
        await Task.WhenAll(paying);
    }

    [Fact]
    public async Task The_admin_keys_use_is_an_alert_and_a_named_operators_is_not()
    {
        await using var system = await TestSystem.StartAsync(scraped: true);
        using var anna = await NamedAsync(system);
        var before = await Scrape.OfAsync(system);
        Assert.True((await anna.GetAsync("/admin/sales", Cancel)).IsSuccessStatusCode);
        await CountedAsync(system, before, "named", 1);
        // The counts are the process's, and other tests use the admin key meanwhile: of none of it the rule makes nothing.
        Assert.True(await Promtool.IsQuietAsync("alertname=\"FlashSaleAdminKeyUsed\"", before, before));
        await system.SaleAsync();
        await Promtool.FiresAsync("FlashSaleAdminKeyUsed", before, await CountedAsync(system, before, "admin_key", 1));
    }

    [Fact]
    public async Task Wrong_keys_are_an_alert()
    {
        await using var system = await TestSystem.StartAsync(scraped: true);
        var before = await Scrape.OfAsync(system);
        using var guesser = new HttpClient { BaseAddress = new Uri(system.CheckoutUrl) };
        for (var n = 0; n < 20; n++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/admin/sales");
            request.Headers.Authorization = new("Bearer", $"fso_guess{n}");
            Assert.Contains((int)(await guesser.SendAsync(request, Cancel)).StatusCode, (int[])[401, 429]);
        }
        await Promtool.FiresAsync("FlashSaleWrongKeys", before, await CountedAsync(system, before, "wrong_key", 10));
    }

    /// <summary>A scrape that tells so many more calls of operators with this outcome; what is told may be a moment old.</summary>
    private static async Task<Scrape> CountedAsync(TestSystem system, Scrape before, string outcome, int more)
    {
        const string calls = "flashsale_operators_calls_total";
        var (label, after) = ($"outcome=\"{outcome}\"", before);
        await WaitFor.TrueAsync(async () => (after = await Scrape.OfAsync(system)).Sum(calls, label) >= before.Sum(calls, label) + more,
            $"{outcome} is counted");
        return after;
    }

    private static async Task<HttpClient> NamedAsync(TestSystem system)
    {
        var http = new HttpClient { BaseAddress = new Uri(system.CheckoutUrl) };
        using var request = new HttpRequestMessage(HttpMethod.Put, "/admin/operators/anna") { Content = JsonContent.Create(new { role = "viewer" }) };
        request.Headers.Authorization = new("Bearer", system.Secrets.AdminKey);
        using var made = await http.SendAsync(request, Cancel);
        var json = await made.Content.ReadFromJsonAsync<System.Text.Json.JsonElement>(Cancel);
        http.DefaultRequestHeaders.Authorization = new("Bearer", json.GetProperty("apiKey").GetString());
        return http;
    }

    private static async Task<List<Shopper>> JoinAsync(TestSystem system, string sale, int count)
    {
        var shoppers = new List<Shopper>();
        for (var i = 0; i < count; i++)
        {
            var shopper = system.Shopper(sale);
            await shopper.JoinsAsync();
            shoppers.Add(shopper);
        }
        return shoppers;
    }

    /// <summary>A scrape in which the ledger and the line of this sale are seen.</summary>
    private static async Task<Scrape> CountedAsync(TestSystem system, string sale)
    {
        Scrape scrape = null!;
        await WaitFor.TrueAsync(async () =>
        {
            scrape = await Scrape.OfAsync(system);
            return scrape.Sum("flashsale_ledger_inventory", $"sale=\"{sale}\"") > 0
                && scrape.Sum("flashsale_line_given_total", $"sale=\"{sale}\"") > 0;
        }, "the sale is counted");
        return scrape;
    }

    /// <summary>What the schema makes impossible: its unique keys are dropped first.</summary>
    private static async Task SellTheSameUnitsAgainAsync(TestSystem system, string sale)
    {
        await using var connection = new MySqlConnection(system.MySql);
        await connection.OpenAsync(Cancel);
        await using var command = new MySqlCommand(
            """
            ALTER TABLE reservations DROP KEY one_live_unit;
            INSERT INTO reservations (id, sale_no, unit, shopper, admission, state, live_unit, live_shopper,
              created_at, pay_by, release_at, changed_at)
            SELECT UNHEX(REPLACE(UUID(), '-', '')), r.sale_no, r.unit, 'someone else', 'forced', 3, r.unit,
              'someone else',
              r.created_at, r.pay_by, r.release_at, r.changed_at
            FROM reservations r JOIN sales s ON s.no = r.sale_no WHERE s.id = @sale LIMIT 1;
            """, connection);
        command.Parameters.AddWithValue("@sale", sale);
        await command.ExecuteNonQueryAsync(Cancel);
    }
}

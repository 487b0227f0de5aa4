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
        var sale = await system.SaleAsync();
        await JoinAsync(system, sale, 3);
        var before = await CountedAsync(system, sale);
        foreach (var shopper in await JoinAsync(system, sale, 2)) await shopper.HasAUnitInTheCartAsync();
        // One look is taken for minutes of them: a moment in which the machine was too busy to renew the lease is no sale that
        // goes on badly, and the next look shows it.
        await WaitFor.TrueAsync(
            async () => await Promtool.IsQuietAsync("severity=\"page\"", before, await Scrape.OfAsync(system)), "nobody is woken");
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

using FlashSale.Local;
using FlashSale.Tests.Operate.Support;
using FlashSale.Tests.Support;

using MySqlConnector;

using Xunit;

namespace FlashSale.Tests.Operate;

/// <summary>The other files under deploy/ do what docs/operations.md says.</summary>
public sealed class DeployFileTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Erasing_a_shopper_leaves_an_order_without_a_person_and_a_sound_ledger()
    {
        await using var system = await TestSystem.StartAsync();
        var sale = await system.SaleAsync();
        var shopper = system.Shopper(sale);
        await shopper.JoinsAsync();
        await shopper.BuysAsync();
        var name = await ReadAsync(system, "SELECT CAST(shopper AS CHAR) FROM reservations");

        await RunAsync(system, $"SET @shopper = '{name}'; {File("mysql/erase-shopper.sql")}");
        Assert.StartsWith("erased-",
            await ReadAsync(system, "SELECT CAST(shopper AS CHAR) FROM reservations"),
            StringComparison.Ordinal);
        await RunAsync(system, $"SET @days = 0; {File("mysql/retention.sql")}");
        Assert.Equal("", await ReadAsync(system, "SELECT MAX(method) FROM payment_attempts"));
        await system.AuditsAsync(sale, sold: 1);
    }

    [Fact]
    public async Task Prometheus_takes_its_configuration()
    {
        var (exitCode, output) = await Promtool.CheckConfigurationAsync();
        Assert.True(exitCode == 0, output);
    }

    [Fact]
    public void The_Prometheus_operators_rules_are_the_rules()
    {
        var rules = File("prometheus/flashsale.rules.yml");
        var indented = rules[rules.IndexOf("groups:", StringComparison.Ordinal)..].TrimEnd().Split('\n')
            .Select(line => line.Length == 0 ? line : "  " + line);
        Assert.EndsWith("\nspec:\n" + string.Join('\n', indented) + "\n",
            File("kubernetes/monitoring/rules.yaml"), StringComparison.Ordinal);
    }

    private static string File(string name) =>
        System.IO.File.ReadAllText(Path.Combine(Repository.Root, "deploy", name));

    private static async Task RunAsync(TestSystem system, string sql)
    {
        await using var connection = new MySqlConnection(system.MySql + ";AllowUserVariables=true");
        await connection.OpenAsync(Cancel);
        await using var command = new MySqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(Cancel);
    }

    private static async Task<string?> ReadAsync(TestSystem system, string sql)
    {
        await using var connection = new MySqlConnection(system.MySql);
        await connection.OpenAsync(Cancel);
        await using var command = new MySqlCommand(sql, connection);
        return (await command.ExecuteScalarAsync(Cancel))?.ToString();
    }
}

using Dapper;

using FlashSale.Checkout.Ledger;
using FlashSale.Tests.Support;

using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

using MySqlConnector;

using Xunit;

namespace FlashSale.Tests.Survive;

/// <summary>
/// A ledger of three Galera nodes: what it asks of the checkout beside one server. Holds for MariaDB, whichever server the others run on.
/// </summary>
public sealed class GaleraTests(GaleraFixture servers) : IClassFixture<GaleraFixture>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Invariant1_What_one_node_has_acknowledged_is_read_on_another_however_late_it_applies_it()
    {
        await using var first = Ledger(0);
        await using var second = Ledger(1);
        await TableAsync(first, "seen");
        await using var behind = new MySqlConnection(servers.Nodes.ConnectionString(1) + ";Pooling=false");
        await behind.OpenAsync(Cancel);
        Assert.Equal(0, await CountAsync(second, "seen"));

        // From now on the second node applies nothing.
        await behind.ExecuteAsync("FLUSH TABLES WITH READ LOCK");
        await ChangeAsync(first, "INSERT INTO seen VALUES (1, 0)");
        Assert.Equal(0, await behind.ExecuteScalarAsync<long>("SELECT COUNT(*) FROM seen"));
        var read = CountAsync(second, "seen");
        await behind.ExecuteAsync("UNLOCK TABLES");
        Assert.Equal(1, await read);
    }

    [Fact]
    public async Task A_conflict_that_only_the_commit_finds_is_tried_again()
    {
        await using var first = Ledger(0);
        await using var second = Ledger(1);
        await TableAsync(first, "conflicts");
        await ChangeAsync(first, "INSERT INTO conflicts VALUES (1, 0)");
        const string count = "UPDATE conflicts SET n = n + 1 WHERE id = 1";
        var tries = 0;
        await first.ChangeAsync(async (change, stop) =>
        {
            await change.Connection!.ExecuteAsync(new CommandDefinition(count, transaction: change, cancellationToken: stop));
            if (tries++ == 0) await ChangeAsync(second, count);
            return true;
        }, Cancel);

        Assert.Equal(2, tries);
        Assert.Equal(2, await second.RunAsync((connection, _) => connection.ExecuteScalarAsync<long>("SELECT n FROM conflicts"), Cancel));
    }

    [Fact]
    public async Task Invariant7_What_was_acknowledged_survives_a_node_that_leaves_and_a_split_in_which_the_smaller_part_refuses()
    {
        await using var any = Ledger(0, 1, 2);
        await using var alone = Ledger(0);
        await TableAsync(any, "kept");
        var acknowledged = 0;
        await AddAsync();
        await servers.Nodes.StopAsync(0);
        await AddAsync();
        await servers.Nodes.StartAsync(0);
        await servers.Nodes.WholeAsync();
        Assert.Equal(acknowledged, await CountAsync(alone, "kept"));

        servers.Nodes.Pause(1);
        servers.Nodes.Pause(2);
        Exception? refused = null;
        await WaitFor.TrueAsync(async () =>
        {
            refused = await Record.ExceptionAsync(() => ChangeAsync(alone, "INSERT INTO kept VALUES (1000, 0)"));
            return refused is MySqlException { ErrorCode: MySqlErrorCode.UnknownCommand };
        }, "the node without a majority refuses");
        Assert.True(LedgerErrors.IsUnavailable(refused!), $"{refused}");
        servers.Nodes.Resume(1);
        servers.Nodes.Resume(2);
        await servers.Nodes.WholeAsync();
        await AddAsync();
        Assert.Equal(acknowledged, await alone.RunAsync(
            (connection, _) => connection.ExecuteScalarAsync<long>("SELECT COUNT(*) FROM kept WHERE id < 1000"), Cancel));

        // Each is written until it is acknowledged, as the product's work is.
        async Task AddAsync()
        {
            for (var n = 0; n < 5; n++)
            {
                var id = ++acknowledged;
                await WaitFor.TrueAsync(async () => await Record.ExceptionAsync(
                    () => ChangeAsync(any, $"INSERT IGNORE INTO kept VALUES ({id}, 0)")) is null, $"row {id} is acknowledged");
            }
        }
    }

    private LedgerDatabase Ledger(params int[] nodes) => new(
        Options.Create(new LedgerOptions { MySql = servers.Nodes.ConnectionString(nodes) }), NullLogger<LedgerDatabase>.Instance);

    private static Task<int> TableAsync(LedgerDatabase ledger, string name) => ledger.RunAsync(
        (connection, _) => connection.ExecuteAsync($"CREATE TABLE {name} (id INT PRIMARY KEY, n INT NOT NULL)"), Cancel);

    private static Task<long> CountAsync(LedgerDatabase ledger, string table) => ledger.RunAsync(
        (connection, _) => connection.ExecuteScalarAsync<long>($"SELECT COUNT(*) FROM {table}"), Cancel);

    private static Task<int> ChangeAsync(LedgerDatabase ledger, string sql) => ledger.ChangeAsync(
        (change, stop) => change.Connection!.ExecuteAsync(new CommandDefinition(sql, transaction: change, cancellationToken: stop)), Cancel);
}

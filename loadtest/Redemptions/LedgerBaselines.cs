using Dapper;

using FlashSale.LoadTest.Bench;

using MySqlConnector;

namespace FlashSale.Redemptions;

/// <summary>
/// What the ledger is measured against: the two usual ways to take a unit out of stock, on the same server with the same
/// durable settings. Both commit one order a transaction, as a shop does, each written for speed: the session is READ
/// COMMITTED, a transaction begins in its first statement's round trip, and a hot row is locked as late as possible.
/// </summary>
internal sealed class LedgerBaselines(string connectionString)
{
    /// <summary>
    /// Makes the tables anew, with <paramref name="units"/> units in stock. The units lie in the order in which they are
    /// searched, which took about half as long at 64 connections as a secondary index over (sale, taken, unit), with or
    /// without ORDER BY; that was faster than none.
    /// </summary>
    public async Task FillAsync(int units)
    {
        await using var connection = await OpenAsync().ConfigureAwait(false);
        await connection.ExecuteAsync("""
            DROP TABLE IF EXISTS bench_counter, bench_units, bench_orders;
            CREATE TABLE bench_counter (sale INT PRIMARY KEY, remaining INT NOT NULL) ENGINE=InnoDB;
            CREATE TABLE bench_units (
              sale INT NOT NULL, unit INT NOT NULL, taken TINYINT NOT NULL DEFAULT 0, shopper VARCHAR(64) NULL,
              PRIMARY KEY (sale, taken, unit)) ENGINE=InnoDB;
            CREATE TABLE bench_orders (
              id BIGINT AUTO_INCREMENT PRIMARY KEY, sale INT NOT NULL, shopper VARCHAR(64) NOT NULL,
              UNIQUE KEY one_each (sale, shopper)) ENGINE=InnoDB;
            """).ConfigureAwait(false);
        await connection.ExecuteAsync(
            "INSERT INTO bench_counter VALUES (1, @units)", new { units }).ConfigureAwait(false);
        foreach (var chunk in Enumerable.Range(1, units).Chunk(1000))
        {
            var rows = string.Join(',', chunk.Select(unit => $"(1,{unit})"));
            await connection.ExecuteAsync($"INSERT INTO bench_units (sale, unit) VALUES {rows}").ConfigureAwait(false);
        }
    }

    /// <summary>
    /// The counter row: every buyer queues for the same row's lock until the last one has committed. The order is written
    /// first, so that the lock is held for the UPDATE and the commit only.
    /// </summary>
    public static async Task<bool> TakeFromCounterAsync(MySqlConnection connection, string shopper)
    {
        await connection.ExecuteAsync(
            "START TRANSACTION; INSERT INTO bench_orders (sale, shopper) VALUES (1, @shopper)", new { shopper })
            .ConfigureAwait(false);
        var taken = await connection.ExecuteAsync(
            "UPDATE bench_counter SET remaining = remaining - 1 WHERE sale = 1 AND remaining > 0").ConfigureAwait(false);
        await connection.ExecuteAsync(taken == 1 ? "COMMIT" : "ROLLBACK").ConfigureAwait(false);
        return taken == 1;
    }

    /// <summary>Unit rows: each buyer locks the first free one that nobody else has locked.</summary>
    public static async Task<bool> TakeSkippingLockedAsync(MySqlConnection connection, string shopper)
    {
        var unit = await connection.QueryFirstOrDefaultAsync<int?>(
            "START TRANSACTION; "
            + "SELECT unit FROM bench_units WHERE sale = 1 AND taken = 0 ORDER BY unit LIMIT 1 FOR UPDATE SKIP LOCKED")
            .ConfigureAwait(false);
        if (unit is not null)
            await connection.ExecuteAsync(
                "UPDATE bench_units SET taken = 1, shopper = @shopper WHERE sale = 1 AND taken = 0 AND unit = @unit",
                new { shopper, unit }).ConfigureAwait(false);
        await connection.ExecuteAsync("COMMIT").ConfigureAwait(false);
        return unit is not null;
    }

    /// <summary>
    /// Takes per second over <paramref name="duration"/> with <paramref name="workers"/> connections, each taking the next as
    /// soon as it has one.
    /// </summary>
    /// <exception cref="InvalidOperationException">The stock was gone before the time was up.</exception>
    public async Task<double> RateAsync(
        int workers, TimeSpan duration, Func<MySqlConnection, string, Task<bool>> take)
    {
        ArgumentNullException.ThrowIfNull(take);
        var connections = new List<MySqlConnection>();
        for (var i = 0; i < workers; i++) connections.Add(await OpenAsync().ConfigureAwait(false));
        try
        {
            return await Paced.RateAsync(workers, duration, async (worker, turn) =>
                await take(connections[worker], $"{Guid.NewGuid():N}").ConfigureAwait(false)
                    ? true : throw new InvalidOperationException("the baseline's stock is gone")).ConfigureAwait(false);
        }
        finally
        {
            foreach (var connection in connections) await connection.DisposeAsync().ConfigureAwait(false);
        }
    }

    private async Task<MySqlConnection> OpenAsync()
    {
        var connection = new MySqlConnection(connectionString);
        await connection.OpenAsync().ConfigureAwait(false);
        await connection.ExecuteAsync("SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED").ConfigureAwait(false);
        return connection;
    }
}

using Dapper;

using MySqlConnector;

namespace FlashSale.Baselines.Shop;

/// <summary>
/// Orders of a shop without a line: whoever comes takes a unit, and pays or loses it. The session is READ COMMITTED, and a
/// transaction begins and ends in its statements' round trips.
/// </summary>
internal sealed class ShopOrders(MySqlDataSource source, string prefix, Stock stock)
{
    private const long Price = 1000;
    private const int PaySeconds = 300;

    /// <summary>Again after a deadlock or a lock wait.</summary>
    private const int MaxTries = 4;

    /// <summary>Takes a unit for the shopper; null when there is none.</summary>
    public Task<PlacedOrder?> PlaceAsync(string shopper) => RunAsync(async connection =>
    {
        var id = Guid.CreateVersion7();
        var order = new { id, shopper, amount = Price, seconds = PaySeconds, state = OrderState.Held };
        if (stock is Stock.Counter)
        {
            // The order is written first, so that the hot row is locked for the UPDATE and the commit only.
            await connection.ExecuteAsync($"START TRANSACTION; {Insert("NULL")}", order);
            var taken = await connection.ExecuteAsync(
                $"UPDATE {prefix}_stock SET remaining = remaining - 1 WHERE sale = 1 AND remaining > 0");
            await connection.ExecuteAsync(taken == 1 ? "COMMIT" : "ROLLBACK");
            return taken == 1 ? new PlacedOrder(id, null) : null;
        }

        var unit = await connection.QueryFirstOrDefaultAsync<int?>(
            $"""
            START TRANSACTION;
            SELECT unit FROM {prefix}_units WHERE sale = 1 AND taken = 0 ORDER BY unit LIMIT 1 FOR UPDATE SKIP LOCKED
            """);
        if (unit is null)
        {
            await connection.ExecuteAsync("ROLLBACK");
            return null;
        }

        await connection.ExecuteAsync(
            $"""
            UPDATE {prefix}_units SET taken = 1 WHERE sale = 1 AND taken = 0 AND unit = @unit;
            {Insert("@unit")};
            COMMIT
            """, new { id, shopper, amount = Price, seconds = PaySeconds, state = OrderState.Held, unit });
        return new PlacedOrder(id, unit);
    });

    /// <summary>Gives back the unit of an order that nobody has paid in time; what is being paid is decided by the same row.</summary>
    public Task ReleaseAsync(Guid id, int? unit) => RunAsync(async connection =>
    {
        await using var change = await connection.BeginTransactionAsync();
        var released = await connection.ExecuteAsync(
            $"UPDATE {prefix}_orders SET state = @to WHERE id = @id AND state = @from AND pay_by <= UTC_TIMESTAMP(3)",
            new { id, from = OrderState.Held, to = OrderState.Released }, change);
        if (released == 1)
            await connection.ExecuteAsync(unit is null
                ? $"UPDATE {prefix}_stock SET remaining = remaining + 1 WHERE sale = 1"
                : $"UPDATE {prefix}_units SET taken = 0 WHERE sale = 1 AND taken = 1 AND unit = @unit", new { unit }, change);
        await change.CommitAsync();
        return released;
    });

    /// <summary>Held orders past their time.</summary>
    public Task<List<(Guid Id, int? Unit)>> DueAsync(int limit) => RunAsync(async connection =>
        (await connection.QueryAsync<(Guid, int?)>(
            $"SELECT id, unit FROM {prefix}_orders WHERE state = @state AND pay_by <= UTC_TIMESTAMP(3) LIMIT @limit",
            new { state = OrderState.Held, limit })).AsList());

    /// <summary>On a connection of the pool; again after a deadlock.</summary>
    public async Task<T> RunAsync<T>(Func<MySqlConnection, Task<T>> work)
    {
        for (var tries = 1; ; tries++)
        {
            await using var connection = await source.OpenConnectionAsync();
            try
            {
                return await work(connection);
            }
            catch (MySqlException error)
            {
                await connection.ExecuteAsync("ROLLBACK");
                if (tries == MaxTries || error.ErrorCode is not (MySqlErrorCode.LockDeadlock or MySqlErrorCode.LockWaitTimeout))
                    throw;
            }
        }
    }

    private string Insert(string unit) =>
        $"""
        INSERT INTO {prefix}_orders (id, sale, unit, shopper, state, amount, pay_by)
        VALUES (@id, 1, {unit}, @shopper, @state, @amount, UTC_TIMESTAMP(3) + INTERVAL @seconds SECOND)
        """;
}

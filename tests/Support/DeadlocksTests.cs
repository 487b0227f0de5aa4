using MySqlConnector;

using Xunit;

namespace FlashSale.Tests.Support;

public sealed class DeadlocksTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_deadlock_is_seen_in_its_database_and_in_no_other()
    {
        var (database, other) = (await TestMariaDb.CreateDatabaseAsync(), await TestMariaDb.CreateDatabaseAsync());
        await using var one = await OpenAsync(database);
        await using var two = await OpenAsync(database);
        await RunAsync(one, "CREATE TABLE units (id INT PRIMARY KEY, state INT)");
        await RunAsync(one, "INSERT INTO units VALUES (1, 0), (2, 0)");
        await RunAsync(one, "BEGIN; UPDATE units SET state = 1 WHERE id = 1");
        await RunAsync(two, "BEGIN; UPDATE units SET state = 1 WHERE id = 2");

        var waiting = RunAsync(one, "UPDATE units SET state = 1 WHERE id = 2");
        var crossing = RunAsync(two, "UPDATE units SET state = 1 WHERE id = 1");
        var victim = await Task.WhenAny(waiting, crossing);
        if (victim.IsCompletedSuccessfully) victim = victim == waiting ? crossing : waiting;

        var error = await Assert.ThrowsAsync<MySqlException>(() => victim);
        Assert.Equal(MySqlErrorCode.LockDeadlock, error.ErrorCode);
        Assert.NotEmpty(Deadlocks.In(database));
        Assert.Empty(Deadlocks.In(other));
    }

    private static async Task<MySqlConnection> OpenAsync(string database)
    {
        var connection = new MySqlConnection(database);
        await connection.OpenAsync(Cancel);
        return connection;
    }

    private static async Task RunAsync(MySqlConnection connection, string sql)
    {
        await using var command = new MySqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(Cancel);
    }
}

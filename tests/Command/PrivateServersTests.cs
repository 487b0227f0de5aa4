using System.Diagnostics;

using FlashSale.Local.Processes;
using FlashSale.Local.Servers;
using FlashSale.Tests.Support;

using MySqlConnector;

using Xunit;

namespace FlashSale.Tests.Command;

public sealed class PrivateServersTests
{
    [Fact]
    public async Task The_shared_servers_answer_and_give_every_test_a_database_of_its_own()
    {
        var first = await TestMariaDb.CreateDatabaseAsync();
        var second = await TestMariaDb.CreateDatabaseAsync();
        Assert.NotEqual(first, second);
        // MariaDB 10.11 has the old name only, MySQL the new one.
        var isolation = (await ScalarAsync(first, "SELECT VERSION()"))!.Contains("MariaDB", StringComparison.Ordinal)
            ? "SELECT @@tx_isolation" : "SELECT @@transaction_isolation";
        Assert.Equal("READ-COMMITTED", await ScalarAsync(first, isolation));
        Assert.Equal("ROW", await ScalarAsync(second, "SELECT @@binlog_format"));
        Assert.Contains(":", TestRedis.ConnectionString, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_killed_database_starts_again_on_its_port_with_its_data_and_flushes_at_every_commit()
    {
        var folder = Directory.CreateTempSubdirectory("flashsale-").FullName;
        await using var server = Server(folder);
        await server.StartAsync(TestContext.Current.CancellationToken);
        await ScalarAsync(server.ConnectionString, "CREATE TABLE kept (n INT)");
        await ScalarAsync(server.ConnectionString, "INSERT INTO kept VALUES (7)");

        await server.Process!.KillAsync();
        await server.StartAsync(TestContext.Current.CancellationToken);

        Assert.Equal("7", await ScalarAsync(server.ConnectionString, "SELECT n FROM kept"));
        Assert.Equal("1-1", await ScalarAsync(
            server.ConnectionString, "SELECT CONCAT(@@innodb_flush_log_at_trx_commit, '-', @@sync_binlog)"));
        await Assert.ThrowsAsync<MySqlException>(() => ScalarAsync(server.ConnectionString, "CREATE DATABASE other"));
        await server.StopAsync();
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>A server that starts deletes the temporary tables that it finds, and takes all of them for its own.</summary>
    [Fact]
    public async Task A_database_has_a_folder_of_its_own_for_temporary_tables()
    {
        var folder = Directory.CreateTempSubdirectory("flashsale-").FullName;
        await using var server = Server(folder);
        var temporary = Directory.CreateDirectory(Path.Combine(folder, "tmp")).FullName;
        var left = Path.Combine(temporary, "#sql-temptable-1-1-1.MAI");
        await File.WriteAllTextAsync(left, "");

        await server.StartAsync(TestContext.Current.CancellationToken);

        Assert.Equal(temporary, await ScalarAsync(server.ConnectionString, "SELECT @@tmpdir"));
        Assert.False(File.Exists(left));
        await server.StopAsync();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task An_installation_that_fails_is_told_and_made_again()
    {
        var folder = Directory.CreateTempSubdirectory("flashsale-").FullName;
        await using var server = Server(folder);
        // Nobody can make a file there: it fails when there is a data folder without tables.
        var temporary = Path.Combine(folder, "tmp");
        Directory.CreateSymbolicLink(temporary, "/proc/self/fdinfo");
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => server.StartAsync(TestContext.Current.CancellationToken));
        Assert.Contains("could not be installed", error.Message, StringComparison.Ordinal);
        Assert.True(Directory.Exists(Path.Combine(folder, "data")));

        Directory.Delete(temporary);
        await server.StartAsync(TestContext.Current.CancellationToken);
        Assert.Equal("1", await ScalarAsync(server.ConnectionString, "SELECT 1"));
        await server.StopAsync();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task A_child_ends_when_asked()
    {
        var log = Path.GetTempFileName();
        var child = await ChildProcess.StartAsync(new ChildStart("sleep", ["1000"], log));
        await child.StopAsync(TimeSpan.FromSeconds(60));
        Assert.DoesNotContain(Process.GetProcesses(), process => process.Id == child.Pid);
        File.Delete(log);
    }

    private static PrivateMariaDb Server(string folder) => new(new MariaDbSettings
    {
        Folder = folder,
        LogFile = Path.Combine(folder, "log"),
        Port = FreePort.Next(),
        Password = "secret",
    });

    private static async Task<string?> ScalarAsync(string connectionString, string sql)
    {
        await using var connection = new MySqlConnection(connectionString + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new MySqlCommand(sql, connection);
        return (await command.ExecuteScalarAsync())?.ToString();
    }
}

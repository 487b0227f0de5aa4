using System.Diagnostics;

using FlashSale.Command.Processes;
using FlashSale.Command.Servers;
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
        Assert.Equal("READ-COMMITTED", await ScalarAsync(first, "SELECT @@tx_isolation"));
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

    [Fact]
    public async Task A_database_keeps_its_temporary_tables_where_no_other_server_that_starts_deletes_them()
    {
        var folder = Directory.CreateTempSubdirectory("flashsale-").FullName;
        await using var server = Server(folder);
        var temporary = Directory.CreateDirectory(Path.Combine(folder, "tmp")).FullName;
        var (left, of) = (Path.Combine(temporary, "#sql-temptable-1-1-1.MAI"), Path.Combine(Path.GetTempPath(), $"#sql-{Unique.Name()}"));
        await File.WriteAllTextAsync(left, "");
        await File.WriteAllTextAsync(of, "");

        await server.StartAsync(TestContext.Current.CancellationToken);

        Assert.Equal(temporary, await ScalarAsync(server.ConnectionString, "SELECT @@tmpdir"));
        Assert.False(File.Exists(left));
        Assert.True(File.Exists(of));
        await server.StopAsync();
        Directory.Delete(folder, recursive: true);
        File.Delete(of);
    }

    [Fact]
    public async Task An_installation_that_fails_is_told_and_made_again()
    {
        var folder = Directory.CreateTempSubdirectory("flashsale-").FullName;
        await using var server = Server(folder);
        // No folder can be made where a file is.
        var blocked = Path.Combine(folder, "data");
        await File.WriteAllTextAsync(blocked, "");
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => server.StartAsync(TestContext.Current.CancellationToken));
        Assert.Contains("could not be installed", error.Message, StringComparison.Ordinal);

        File.Delete(blocked);
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

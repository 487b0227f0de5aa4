using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;

using FlashSale.Local.Processes;
using FlashSale.Local.Servers;
using FlashSale.Tests.Support;

using MySqlConnector;

using Xunit;

[assembly: AssemblyFixture(typeof(TestServers))]

namespace FlashSale.Tests.Support;

/// <summary>
/// One private Redis and one private MariaDB for the whole test run. Tests run side by side against them, each with
/// sale ids of its own (<see cref="Unique"/>) or with a database of its own. They don't flush to the disk: what tests
/// kill is a process, and what a process has written the kernel keeps.
/// </summary>
public sealed class TestServers : IAsyncLifetime
{
    private const string FolderPrefix = "flashsale-tests-";
    private const string DatabasePrefix = "flashsale";

    private static PrivateMariaDb? s_mariaDb;
    private static string? s_mariaDbLog;
    private static PrivateRedis? s_redis;
    private string? _folder;

    internal static PrivateMariaDb MariaDb => s_mariaDb ?? throw NotStarted();

    internal static string MariaDbLog => s_mariaDbLog ?? throw NotStarted();

    internal static PrivateRedis Redis => s_redis ?? throw NotStarted();

    public async ValueTask InitializeAsync()
    {
        _folder = Path.Combine(Path.GetTempPath(), $"{FolderPrefix}{Environment.ProcessId}");
        Directory.CreateDirectory(_folder);
        DeleteWhatKilledRunsLeft(_folder);
        var redis = new PrivateRedis(
            Path.Combine(_folder, "redis"), Path.Combine(_folder, "redis.log"), FreePort.Next(), Durability.Relaxed);
        var mariaDb = new PrivateMariaDb(new MariaDbSettings
        {
            Folder = Path.Combine(_folder, "mariadb"),
            LogFile = Path.Combine(_folder, "mariadb.log"),
            Port = FreePort.Next(),
            Password = RandomNumberGenerator.GetHexString(32),
            GrantPattern = DatabasePrefix + "%",
            Durability = Durability.Relaxed,
        });
        await Task.WhenAll(redis.StartAsync(default), mariaDb.StartAsync(default));
        (s_redis, s_mariaDb, s_mariaDbLog) = (redis, mariaDb, Path.Combine(_folder, "mariadb.log"));
    }

    public async ValueTask DisposeAsync()
    {
        await Browser.Chromium.EndAsync();
        await TestSystem.EndSharedAsync();
        if (s_redis is not null) await s_redis.DisposeAsync();
        if (s_mariaDb is not null) await s_mariaDb.DisposeAsync();
        if (_folder is not null) Directory.Delete(_folder, recursive: true);
    }

    /// <summary>Each is moved to <paramref name="mine"/> first, which only one of the runs that start together can do.</summary>
    private static void DeleteWhatKilledRunsLeft(string mine)
    {
        foreach (var folder in Directory.GetDirectories(Path.GetTempPath(), FolderPrefix + "*"))
        {
            var owner = Path.GetFileName(folder)[FolderPrefix.Length..];
            if (!int.TryParse(owner, CultureInfo.InvariantCulture, out var pid)
                || Process.GetProcesses().Any(process => process.Id == pid)) continue;
            var taken = Path.Combine(mine, owner);
            try
            {
                Directory.Move(folder, taken);
            }
            catch (DirectoryNotFoundException)
            {
                continue; // The other run has it.
            }

            Directory.Delete(taken, recursive: true);
        }
    }

    private static InvalidOperationException NotStarted() =>
        new("The private test servers did not start; the run's first error says why. Tests never skip without them.");
}

/// <summary>The shared Redis.</summary>
public static class TestRedis
{
    private static int s_databases;

    /// <summary>Of the first database, for keys that carry a unique sale id.</summary>
    public static string ConnectionString => TestServers.Redis.ConnectionString;

    /// <summary>
    /// The connection string of a database that nobody else uses: for whole waiting rooms, whose lease and board are one
    /// per database.
    /// </summary>
    public static string CreateDatabase() =>
        $"{ConnectionString},defaultDatabase={Interlocked.Increment(ref s_databases)}";
}

/// <summary>The shared MariaDB.</summary>
public static class TestMariaDb
{
    /// <summary>Of the main database, which nobody migrates.</summary>
    public static string ConnectionString => TestServers.MariaDb.ConnectionString;

    /// <summary>A new empty database; its connection string.</summary>
    public static async Task<string> CreateDatabaseAsync()
    {
        var name = Unique.Name("flashsale").Replace('-', '_');
        await using var connection = new MySqlConnection(ConnectionString);
        await connection.OpenAsync();
        await using var command = new MySqlCommand($"CREATE DATABASE `{name}` CHARACTER SET utf8mb4", connection);
        await command.ExecuteNonQueryAsync();
        return TestServers.MariaDb.ConnectionStringOf(name);
    }
}

/// <summary>Names that no other test uses.</summary>
public static class Unique
{
    /// <summary>A sale or storefront id: <c>{prefix}-{16 hex digits}</c>.</summary>
    public static string Name(string prefix = "s") => $"{prefix}-{RandomNumberGenerator.GetHexString(16, lowercase: true)}";
}

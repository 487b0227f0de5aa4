using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;

using FlashSale.Local.Processes;
using FlashSale.Local.Servers;
using FlashSale.Tests.Support;

using MySqlConnector;

using StackExchange.Redis;

using Xunit;

[assembly: AssemblyFixture(typeof(TestServers))]

namespace FlashSale.Tests.Support;

/// <summary>
/// One Redis and one MySQL or MariaDB for the whole test run. Tests run side by side against them, each with sale ids of its
/// own (<see cref="Unique"/>) or with a database of its own. Private ones don't flush to the disk: what tests kill is a
/// process, and what a process has written the kernel keeps. Those that <c>./flashsale test --mysql --redis</c> names are used
/// as they are; a test that kills a server still starts its own.
/// </summary>
public sealed class TestServers : IAsyncLifetime
{
    private const string FolderPrefix = "flashsale-tests-";
    private const string DatabasePrefix = "flashsale";

    private static string? s_mySql;
    private static string? s_mySqlLog;
    private static string? s_redis;
    private PrivateMariaDb? _mariaDb;
    private PrivateRedis? _privateRedis;
    private string? _folder;

    /// <summary>Of a database that nobody migrates; its user may make databases whose names begin with flashsale.</summary>
    internal static string MySql => s_mySql ?? throw NotStarted();

    /// <summary>Where the server writes of deadlocks.</summary>
    internal static string MySqlLog => s_mySqlLog ?? throw NotStarted();

    internal static string Redis => s_redis ?? throw NotStarted();

    public async ValueTask InitializeAsync()
    {
        _folder = Path.Combine(Path.GetTempPath(), $"{FolderPrefix}{Environment.ProcessId}");
        Directory.CreateDirectory(_folder);
        DeleteWhatKilledRunsLeft(_folder);
        await Task.WhenAll(StartRedisAsync(_folder), StartMySqlAsync(_folder));
        if (Environment.GetEnvironmentVariable("FLASHSALE_TEST_SERVERS") is { Length: > 0 } told)
            await File.WriteAllTextAsync(told, await VersionsAsync());
    }

    public async ValueTask DisposeAsync()
    {
        await Browser.Chromium.EndAsync();
        await Browser.Flows.Firefox.EndAsync();
        await Browser.Flows.WebKitFlow.EndAsync();
        await TestSystem.EndSharedAsync();
        if (_privateRedis is not null) await _privateRedis.DisposeAsync();
        if (_mariaDb is not null) await _mariaDb.DisposeAsync();
        if (_folder is not null) Directory.Delete(_folder, recursive: true);
    }

    private async Task StartRedisAsync(string folder)
    {
        if (Environment.GetEnvironmentVariable("FLASHSALE_TEST_REDIS") is { Length: > 0 } given)
        {
            s_redis = given;
            return;
        }

        _privateRedis = new PrivateRedis(Path.Combine(folder, "redis"), Path.Combine(folder, "redis.log"), FreePort.Next(), Durability.Relaxed);
        await _privateRedis.StartAsync(default);
        s_redis = _privateRedis.ConnectionString;
    }

    private async Task StartMySqlAsync(string folder)
    {
        if (Environment.GetEnvironmentVariable("FLASHSALE_TEST_MYSQL") is { Length: > 0 } given)
        {
            (s_mySql, s_mySqlLog) = (given, await LogOfAsync(given));
            return;
        }

        s_mySqlLog = Path.Combine(folder, "mariadb.log");
        _mariaDb = new PrivateMariaDb(new MariaDbSettings
        {
            Folder = Path.Combine(folder, "mariadb"),
            LogFile = s_mySqlLog,
            Port = FreePort.Next(),
            Password = RandomNumberGenerator.GetHexString(32),
            GrantPattern = DatabasePrefix + "%",
            Durability = Durability.Relaxed,
        });
        await _mariaDb.StartAsync(default);
        s_mySql = _mariaDb.ConnectionString;
    }

    private static async Task<string> VersionsAsync()
    {
        await using var connection = new MySqlConnection(MySql);
        await connection.OpenAsync();
        var mySql = connection.ServerVersion;
        var options = ConfigurationOptions.Parse(Redis);
        options.AllowAdmin = true; // For INFO.
        await using var redis = await ConnectionMultiplexer.ConnectAsync(options);
        var info = (await redis.GetServers()[0].InfoAsync("server")).SelectMany(group => group).ToDictionary(one => one.Key, one => one.Value);
        return (mySql.Contains("MariaDB", StringComparison.Ordinal) ? "" : "MySQL ") + mySql
            + (info.TryGetValue("valkey_version", out var valkey) ? $", Valkey {valkey}" : $", Redis {info["redis_version"]}");
    }

    /// <summary>"No deadlocks" is read in it: a server that does not write of them, or elsewhere, can't be used.</summary>
    private static async Task<string> LogOfAsync(string given)
    {
        await using var connection = new MySqlConnection(given);
        await connection.OpenAsync();
        await using var command = new MySqlCommand("SELECT CONCAT(@@innodb_print_all_deadlocks, @@datadir, ':', @@log_error)", connection);
        var told = (string)(await command.ExecuteScalarAsync())!;
        var log = Path.Combine(told[1..].Split(':')[0], told.Split(':')[^1]);
        return told[0] == '1' && File.Exists(log) ? log : throw new InvalidOperationException(
            "The server that --mysql names must write every deadlock into a log that can be read here: innodb_print_all_deadlocks=ON and "
            + $"log_error a file of this machine (it says {log}).");
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

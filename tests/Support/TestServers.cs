using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;

using FlashSale.Local.Processes;
using FlashSale.Local.Servers;
using FlashSale.Tests.Support;

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
        await Browser.Flows.Firefox.EndAsync();
        await Browser.Flows.WebKitFlow.EndAsync();
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

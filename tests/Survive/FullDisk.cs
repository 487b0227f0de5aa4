using System.Diagnostics;

using FlashSale.Local.Processes;
using FlashSale.Local.Servers;

using MySqlConnector;

namespace FlashSale.Tests.Survive;

/// <summary>
/// A MariaDB with a disk that can be filled: a small tmpfs, with the binlog on it. Where none may be mounted (that needs
/// root), a tablespace that may not grow, which is as full for the tables and leaves the binlog out.
/// </summary>
internal sealed class FullDisk : IAsyncDisposable
{
    /// <summary>What MySQL makes at its start alone is 200 MB.</summary>
    private const string Size = "size=512m";
    private static readonly byte[] s_megabyte = new byte[1 << 20];

    private readonly string _folder;
    private readonly bool _mounted;

    private FullDisk(string folder, bool mounted)
    {
        (_folder, _mounted) = (folder, mounted);
        Server = new PrivateMariaDb(new MariaDbSettings
        {
            Folder = Path.Combine(folder, "mariadb"),
            LogFile = folder + ".log",
            Port = FreePort.Next(),
            Password = Guid.NewGuid().ToString("N"),
            Durability = Durability.Relaxed,
            Arguments = mounted
                ? [] : ["--innodb-file-per-table=OFF", "--innodb-data-file-path=ibdata1:12M:autoextend:max:24M", "--skip-log-bin"],
        });
    }

    public PrivateMariaDb Server { get; }

    private string Filler => Path.Combine(_folder, "filler");

    public static async Task<FullDisk> StartAsync(CancellationToken cancel)
    {
        var folder = Directory.CreateTempSubdirectory("flashsale-disk-").FullName;
        var mounted = Environment.UserName == "root" && await RunAsync("mount", "-t", "tmpfs", "-o", Size, "flashsale-test", folder);
        var disk = new FullDisk(folder, mounted);
        await disk.Server.StartAsync(cancel);
        return disk;
    }

    /// <summary>Takes what is left.</summary>
    public async Task FillAsync(CancellationToken cancel)
    {
        if (!_mounted)
        {
            await SqlAsync("CREATE TABLE filler (bytes LONGBLOB NOT NULL)", cancel);
            foreach (var size in new[] { 1 << 20, 1 << 13, 1 << 8 }) await FillTableAsync(size, cancel);
            return;
        }

        try
        {
            await using var file = new FileStream(Filler, FileMode.Create, FileAccess.Write, FileShare.Read, bufferSize: 0);
            while (true) await file.WriteAsync(s_megabyte, cancel);
        }
        catch (IOException)
        {
            // No space left on device, which is what it is for.
        }
    }

    /// <summary>MySQL ends itself when its binlog finds no room (<c>binlog_error_action=ABORT_SERVER</c>); MariaDB waits.</summary>
    public bool HasEnded => Server.Process!.HasExited;

    /// <summary>Somebody notices, and makes room.</summary>
    public async Task MakeRoomAsync(CancellationToken cancel)
    {
        if (_mounted) File.Delete(Filler);
        else await SqlAsync("DROP TABLE filler", cancel);
        if (HasEnded) await Server.StartAsync(cancel);
    }

    public override string ToString() => _mounted ? "a tmpfs with the binlog" : "a tablespace that may not grow";

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        if (_mounted && !await RunAsync("umount", _folder)) throw new InvalidOperationException($"{_folder} is still mounted");
        Directory.Delete(_folder, recursive: true);
        File.Delete(_folder + ".log");
    }

    private async Task FillTableAsync(int size, CancellationToken cancel)
    {
        try
        {
            while (true) await SqlAsync($"INSERT INTO filler VALUES (REPEAT('x', {size}))", cancel);
        }
        catch (MySqlException error) when (error.ErrorCode is MySqlErrorCode.RecordFileFull)
        {
            // The table is full, as it should be.
        }
    }

    private async Task SqlAsync(string sql, CancellationToken cancel)
    {
        await using var connection = new MySqlConnection(Server.ConnectionString);
        await connection.OpenAsync(cancel);
        await using var command = new MySqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancel);
    }

    private static async Task<bool> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true });
        if (process is null) return false;
        await process.WaitForExitAsync(CancellationToken.None);
        return process.ExitCode == 0;
    }
}

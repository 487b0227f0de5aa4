using System.Globalization;

using FlashSale.Local.Processes;

using MySqlConnector;

namespace FlashSale.Local.Servers;

/// <summary>
/// A MariaDB (or MySQL) of our own in a folder, on 127.0.0.1 only unless it has a host of its own; touches no global service. Its one
/// network user may do everything in its databases and nothing elsewhere.
/// </summary>
public sealed class PrivateMariaDb(MariaDbSettings settings) : IAsyncDisposable
{
    private const string NeverFinished = "installing";

    /// <summary>A clean stop writes what is dirty in the buffer pool.</summary>
    private static readonly TimeSpan s_stopPatience = TimeSpan.FromSeconds(30);

    public int Port => settings.Port;

    /// <summary>Null before the first start.</summary>
    public ChildProcess? Process { get; private set; }

    /// <summary>Of the main database.</summary>
    public string ConnectionString => ConnectionStringOf(settings.Database);

    public string ConnectionStringOf(string database) => new MySqlConnectionStringBuilder
    {
        Server = settings.Host.Address,
        Port = (uint)settings.Port,
        UserID = settings.User,
        Password = settings.Password,
        Database = database,
    }.ConnectionString;

    /// <summary>Starts it, again after it has died, with the data it had; returns when it answers.</summary>
    public async Task StartAsync(CancellationToken cancel)
    {
        var (program, installer) = ServerPrograms.Ledger();
        Directory.CreateDirectory(TemporaryFolder);
        await InstallAsync(program, installer, cancel);
        await WriteInitFileAsync(cancel);
        Process = await ChildProcess.StartAsync(Child(program, Arguments()));
        await ServerReadiness.WaitAsync(Path.GetFileName(program), Process, AskAsync, cancel);
    }

    public Task StopAsync() => Process?.StopAsync(s_stopPatience) ?? Task.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (Process is not null) await Process.DisposeAsync();
    }

    private string DataFolder => Inside("data");

    /// <summary>A server that starts deletes all temporary tables in its folder for them, another server's included.</summary>
    private string TemporaryFolder => Inside("tmp");

    private string InitFile => Inside("init.sql");

    private string Inside(string name) => Path.Combine(Path.GetFullPath(settings.Folder), name);

    /// <summary>The system tables, once. The marker keeps an interrupted installation from being taken for a whole one.</summary>
    private async Task InstallAsync(string server, string? installer, CancellationToken cancel)
    {
        var marker = Path.Combine(settings.Folder, NeverFinished);
        if (File.Exists(marker) && Directory.Exists(DataFolder)) Directory.Delete(DataFolder, recursive: true);
        if (Directory.Exists(DataFolder)) return;

        await File.WriteAllTextAsync(marker, "", cancel);
        var process = await ChildProcess.StartAsync(installer is null
            ? Child(server, ["--no-defaults", "--initialize-insecure", .. AsRoot, $"--datadir={DataFolder}"])
            : Child(installer,
            [
                "--no-defaults", .. AsRoot, $"--datadir={DataFolder}", "--skip-test-db",
                "--auth-root-authentication-method=socket", "--innodb-log-file-size=" + LogFileSize,
            ]));
        await process.Exited.WaitAsync(cancel);
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"the database could not be installed:\n{process.LogTail()}");
        File.Delete(marker);
    }

    /// <summary>
    /// SQL that the server runs by itself at every start, so that no administrator's password exists: root may come in
    /// through the socket only.
    /// </summary>
    private async Task WriteInitFileAsync(CancellationToken cancel)
    {
        var (user, password) = ($"'{settings.User}'@'{settings.From}'", settings.Password);
        var sql = string.Create(CultureInfo.InvariantCulture, $"""
            CREATE DATABASE IF NOT EXISTS `{settings.Database}` CHARACTER SET utf8mb4;
            CREATE USER IF NOT EXISTS {user} IDENTIFIED BY '{password}';
            ALTER USER {user} IDENTIFIED BY '{password}';
            GRANT ALL ON `{settings.GrantPattern}`.* TO {user};
            {settings.InitSql}

            """);
        await SecretFile.WriteAsync(InitFile, sql, cancel);
    }

    private ChildStart Child(string program, IReadOnlyList<string> arguments) => settings.Host.Here(new(
        program, arguments, settings.LogFile, new Dictionary<string, string> { ["TMPDIR"] = TemporaryFolder }));

    private string[] Arguments() =>
    [
        "--no-defaults", .. AsRoot, $"--datadir={DataFolder}", $"--port={settings.Port}", $"--bind-address={settings.Host.Address}",
        // Relative to the data folder: the path of a Unix socket may have 107 bytes at the most.
        "--socket=mariadb.sock", "--pid-file=mariadb.pid", $"--init-file={InitFile}", "--skip-name-resolve",
        "--loose-mysqlx=OFF", "--character-set-server=utf8mb4", "--transaction-isolation=READ-COMMITTED",
        "--server-id=1", "--log-bin=binlog", "--binlog-format=ROW", "--binlog-expire-logs-seconds=86400",
        "--max-connections=600", "--innodb-buffer-pool-size=256M", "--innodb-print-all-deadlocks=ON", "--loose-innodb-log-file-size=" + LogFileSize,
        .. settings.Durability == Durability.Full
            ? new[] { "--innodb-flush-log-at-trx-commit=1", "--sync-binlog=1" }
            : ["--innodb-flush-log-at-trx-commit=0", "--sync-binlog=0", "--innodb-flush-method=nosync"],
        .. settings.Arguments,
    ];

    private string LogFileSize => settings.Durability == Durability.Full ? "128M" : "32M";

    /// <summary>Root must say that it means to run a server; changing the user would lose the kernel's promise to end it.</summary>
    private static string[] AsRoot => Environment.UserName == "root" ? ["--user=root"] : [];

    /// <summary>What is wrong, null when it answers.</summary>
    private async Task<string?> AskAsync(CancellationToken cancel)
    {
        try
        {
            await using var connection = new MySqlConnection(ConnectionString + ";Pooling=false;Connection Timeout=5");
            await connection.OpenAsync(cancel);
            return null;
        }
        catch (MySqlException error)
        {
            return error.GetBaseException().Message;
        }
    }
}

using FlashSale.Local;
using FlashSale.Local.Processes;
using FlashSale.Local.Servers;

using MySqlConnector;

namespace FlashSale.LoadTest.Chaos;

/// <summary>
/// A system with two of every service, whose Redis and MariaDB are ours to break, behind links that are ours to cut.
/// </summary>
internal sealed class ChaosSystem : IAsyncDisposable
{
    private const int Edges = 2;

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(100);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("flashsale-chaos-");
    private readonly DataFolder _data;
    private readonly PrivateRedis _redis;
    private readonly PrivateMariaDb _mySql;
    private ChildProcess? _up;

    private ChaosSystem()
    {
        _data = new DataFolder(In("data"));
        _redis = new PrivateRedis(In("redis"), In("redis.log"), FreePort.Next(), Durability.Full);
        _mySql = new PrivateMariaDb(new MariaDbSettings
        {
            Folder = In("mysql"),
            LogFile = In("mysql.log"),
            Port = FreePort.Next(),
            Password = Guid.NewGuid().ToString("N"),
        });
        RedisLink = new FaultProxy(_redis.Port);
        MySqlLink = new FaultProxy(_mySql.Port);
    }

    public FaultProxy RedisLink { get; }

    public FaultProxy MySqlLink { get; }

    /// <summary>Past the links: for the checker, never for the services.</summary>
    public string MySql => _mySql.ConnectionString;

    public string Redis => $"127.0.0.1:{_redis.Port}";

    public int MySqlPid => _mySql.Process!.Pid;

    public static async Task<ChaosSystem> StartAsync(CancellationToken cancel)
    {
        var system = new ChaosSystem();
        try
        {
            await Task.WhenAll(system._redis.StartAsync(cancel), system._mySql.StartAsync(cancel));
            await system.UpAsync(cancel);
            return system;
        }
        catch
        {
            await system.DisposeAsync();
            throw;
        }
    }

    /// <summary>Who runs where now; the supervisor's restarts change it.</summary>
    public async Task<SystemState> StateAsync(CancellationToken cancel)
    {
        while (true)
        {
            if (await SystemState.ReadAsync(_data, cancel) is { } state) return state;
            if (_up is null or { HasExited: true })
                throw new CommandFailedException($"the system ended:\n{_up?.LogTail()}");
            await Task.Delay(s_pause, cancel);
        }
    }

    /// <summary>Kills Redis and starts it again, with what it had written or with nothing.</summary>
    public async Task RestartRedisAsync(bool wiped, CancellationToken cancel)
    {
        await _redis.Process!.KillAsync();
        if (wiped) Directory.Delete(In("redis"), recursive: true);
        await _redis.StartAsync(cancel);
    }

    /// <summary>Kills Redis and starts it again with what it had written some time ago.</summary>
    public async Task RestartRedisFromCopyAsync(TimeSpan age, CancellationToken cancel)
    {
        var copy = In("redis-copy");
        CopyFolder(In("redis"), copy);
        await Task.Delay(age, cancel);
        await _redis.Process!.KillAsync();
        Directory.Delete(In("redis"), recursive: true);
        Directory.Move(copy, In("redis"));
        await _redis.StartAsync(cancel);
    }

    /// <summary>Kills MariaDB and starts it again with what it had written.</summary>
    public async Task RestartMySqlAsync(TimeSpan downFor, CancellationToken cancel)
    {
        await _mySql.Process!.KillAsync();
        await Task.Delay(downFor, cancel);
        await _mySql.StartAsync(cancel);
    }

    public async ValueTask DisposeAsync()
    {
        if (_up is not null)
        {
            await _up.StopAsync(s_patience);
            await _up.DisposeAsync();
        }

        await RedisLink.DisposeAsync();
        await MySqlLink.DisposeAsync();
        await _redis.DisposeAsync();
        await _mySql.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    private async Task UpAsync(CancellationToken cancel)
    {
        var mySql = new MySqlConnectionStringBuilder(MySql) { Port = (uint)MySqlLink.Port };
        _up = await ChildProcess.StartAsync(new ChildStart(
            Repository.DotNet,
            [
                Repository.Command, "up", "--data", _data.Path, "--port", $"{FreePort.Next(Edges)}",
                "--edges", $"{Edges}", "--waitingrooms", "2", "--checkouts", "2",
            ],
            In("up.log"), new Dictionary<string, string>
            {
                ["FLASHSALE_REDIS"] = $"127.0.0.1:{RedisLink.Port}",
                ["FLASHSALE_MYSQL"] = mySql.ConnectionString,
            }));
        await StateAsync(cancel);
    }

    private static void CopyFolder(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var file in Directory.GetFiles(from)) File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
        foreach (var folder in Directory.GetDirectories(from)) CopyFolder(folder, Path.Combine(to, Path.GetFileName(folder)));
    }

    private string In(string name) => Path.Combine(_folder.FullName, name);
}

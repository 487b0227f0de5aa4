using System.Collections.Concurrent;
using System.Globalization;

using FlashSale.Local.Processes;

using StackExchange.Redis;

namespace FlashSale.Local.Servers;

/// <summary>Several Redis processes on loopback: a Cluster, or a primary with a replica and Sentinels.</summary>
public sealed partial class RedisNodes : IAsyncDisposable
{
    private const string ServiceName = "line";

    /// <summary>
    /// A primary that is silent this long is down: a busy one must not be, and a killed one need not be waited for.
    /// </summary>
    private const int PatienceMs = 10_000, ImpatienceMs = 300;

    private static readonly ConcurrentDictionary<int, bool> s_sentinels = new();

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("flashsale-redis-");
    private readonly Dictionary<int, (ChildProcess Process, string[] Arguments)> _nodes = [];
    private int _replica;

    /// <summary>For the services.</summary>
    public string ConnectionString { get; private set; } = "";

    /// <summary>A primary, a replica, and three Sentinels of which two must agree.</summary>
    public static Task<RedisNodes> StartSentinelsAsync() => Whole.StartAsync(new RedisNodes(), StartSentinelsAsync);

    private static async Task StartSentinelsAsync(RedisNodes nodes)
    {
        var (primary, replica) = (FreePort.Next(), FreePort.Next());
        await nodes.StartAsync(primary);
        await nodes.StartAsync(replica, "--replicaof", "127.0.0.1", $"{primary}");
        int[] sentinels = [.. Enumerable.Range(0, 3).Select(_ => FreePort.Next())];
        foreach (var port in sentinels)
        {
            var file = Path.Combine(nodes._folder.FullName, $"sentinel-{port}.conf");
            await File.WriteAllTextAsync(file, string.Create(CultureInfo.InvariantCulture, $"""
                sentinel monitor {ServiceName} 127.0.0.1 {primary} 2
                sentinel down-after-milliseconds {ServiceName} {PatienceMs}
                sentinel failover-timeout {ServiceName} 5000

                """));
            s_sentinels[port] = true;
            await nodes.StartAsync(port, [file, "--sentinel"]);
        }

        (nodes.Primary, nodes._replica, nodes.Sentinels) = (primary, replica, sentinels);
        nodes.ConnectionString =
            string.Join(',', sentinels.Select(port => $"127.0.0.1:{port}")) + $",serviceName={ServiceName}";
        foreach (var port in sentinels)
        {
            await Until.TrueAsync(async () => (await AskAsync(port, "SENTINEL", "replicas", ServiceName)).Length == 1
                && (await AskAsync(port, "SENTINEL", "sentinels", ServiceName)).Length == 2, "the Sentinels know everyone");
        }
    }

    /// <summary>Of the Sentinels: who was promoted last.</summary>
    public int Primary { get; private set; }

    public IReadOnlyList<int> Sentinels { get; private set; } = [];

    /// <summary>From now on the replica falls behind: it is sent away and cannot authenticate to come back.</summary>
    public async Task CutReplicaAsync()
    {
        await AskAsync(_replica, "CONFIG", "SET", "masterauth", "wrong");
        await AskAsync(_replica, "CLIENT", "KILL", "TYPE", "master");
        await Until.TrueAsync(async () =>
            ((string)(await AskAsync(_replica, "INFO", "replication"))!).Contains("master_link_status:down", StringComparison.Ordinal),
            "the replica is on its own");
    }

    public Task KillAsync(int port) => _nodes[port].Process.KillAsync();

    /// <summary>Kills the primary; the Sentinels have the replica promoted when this returns.</summary>
    public async Task FailOverAsync()
    {
        await KillAsync(Primary);
        await SetPatienceAsync(ImpatienceMs);
        foreach (var port in Sentinels)
        {
            await Until.TrueAsync(async () =>
                (int)(await AskAsync(port, "SENTINEL", "get-master-addr-by-name", ServiceName))[1] == _replica,
                "the Sentinels have the replica promoted");
        }

        await SetPatienceAsync(PatienceMs);
    }

    /// <summary>After <see cref="FailOverAsync"/>: who was the primary starts again, without data, as the replica of who is.</summary>
    public async Task TakeBackAsync()
    {
        (Primary, _replica) = (_replica, Primary);
        await StartAsync(_replica, "--replicaof", "127.0.0.1", $"{Primary}");
        await Until.TrueAsync(async () =>
            ((string)(await AskAsync(_replica, "INFO", "replication"))!).Contains("master_link_status:up", StringComparison.Ordinal),
            "the replica has what the primary has");
        foreach (var port in Sentinels)
        {
            await Until.TrueAsync(async () =>
                !((string)(await AskAsync(port, "INFO", "sentinel"))!).Contains("status=odown", StringComparison.Ordinal)
                && (await AskAsync(port, "SENTINEL", "replicas", ServiceName)).Length == 1, "the Sentinels see both");
        }
    }

    /// <summary>Kills a node and starts it without its data.</summary>
    public async Task RestartAsync(int port)
    {
        await KillAsync(port);
        await LaunchAsync(port, _nodes[port].Arguments);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var (process, _) in _nodes.Values)
        {
            await process.KillAsync();
            await process.DisposeAsync();
        }

        _folder.Delete(recursive: true);
    }

    private async Task SetPatienceAsync(int milliseconds)
    {
        foreach (var port in Sentinels)
            await AskAsync(port, "SENTINEL", "SET", ServiceName, "down-after-milliseconds", milliseconds);
    }

    private Task StartAsync(int port, params string[] more) => LaunchAsync(port,
        more is [var file, "--sentinel"]
            ? [file, "--sentinel", "--port", $"{port}", "--bind", "127.0.0.1"]
            : ["--port", $"{port}", "--bind", "127.0.0.1", "--save", "", "--appendonly", "no",
                "--dir", _folder.FullName, "--dbfilename", $"{port}.rdb", "--repl-diskless-sync-delay", "0", .. more]);

    private async Task LaunchAsync(int port, string[] arguments)
    {
        var program = ServerPrograms.Line();
        _nodes[port] = (await ChildProcess.StartAsync(
            new ChildStart(program, arguments, Path.Combine(_folder.FullName, $"{port}.log"))), arguments);
        await Until.TrueAsync(async () =>
        {
            try
            {
                return (string?)await AskAsync(port, "PING") == "PONG";
            }
            catch (RedisException)
            {
                return false;
            }
        }, $"redis-server on {port} answers");
    }

    private static async Task<RedisResult> AskAsync(int port, string command, params object[] arguments)
    {
        // In RESP3 what nodes say of themselves is verbatim, and its first word would begin with "txt:".
        var options = ConfigurationOptions.Parse($"127.0.0.1:{port},allowAdmin=true,connectTimeout=10000,connectRetry=5,protocol=resp2");
        if (s_sentinels.ContainsKey(port)) options.CommandMap = CommandMap.Sentinel;
        await using var redis = await ConnectionMultiplexer.ConnectAsync(options);
        return await redis.GetServers()[0].ExecuteAsync(command, arguments);
    }
}

using System.Text;

using FlashSale.Local.Processes;
using FlashSale.Local.Servers;
using FlashSale.Queue;
using FlashSale.Simulator.Models;
using FlashSale.Tests.Support;

using StackExchange.Redis;

namespace FlashSale.Tests.Simulation;

/// <summary>
/// The line's scripts on a real server. Each operation is one transaction, with the server's clock before and
/// after and with everything that the server holds then. Or the clock and the run are given: then the scripts
/// read two keys where they read TIME and INFO, and nothing else about them changes.
/// </summary>
internal sealed class RealLine : IAsyncDisposable
{
    private const string Clock = "#clock";
    private const string Info = "#info";

    /// <summary>
    /// Each key with its type and its content; sorted sets with their scores. Keys of ours begin with #.
    /// </summary>
    private const string Dump = """
        local all = {}
        for _, key in ipairs(redis.call('KEYS', '[^#]*')) do
          local type = redis.call('TYPE', key).ok
          local content
          if type == 'hash' then content = redis.call('HGETALL', key)
          elseif type == 'zset' then content = redis.call('ZRANGE', key, 0, -1, 'WITHSCORES')
          elseif type == 'list' then content = redis.call('LRANGE', key, 0, -1)
          else content = { redis.call('GET', key) } end
          all[#all + 1] = { key, type, content }
        end
        return all
        """;

    private const string Keep = """
        local all = {}
        for _, key in ipairs(redis.call('KEYS', '[^#]*')) do
          all[#all + 1] = key
          all[#all + 1] = redis.call('DUMP', key)
        end
        return all
        """;

    private const string GoBack = """
        for _, key in ipairs(redis.call('KEYS', '[^#]*')) do redis.call('DEL', key) end
        for i = 1, #ARGV, 2 do redis.call('RESTORE', ARGV[i], 0, ARGV[i + 1]) end
        """;

    private static readonly Script[] s_scripts =
    [
        Script.Join, Script.Status, Script.Leave, Script.Report, Script.Lease, Script.Publish, Script.Wake,
        Script.Begin, Script.Open, Script.Look, Script.Admit, Script.Settle, Script.Claim, Script.Alive, Script.Count, Script.Calls,
    ];

    private readonly ConnectionMultiplexer _connection;
    private readonly IDatabase _database;
    private readonly bool _isGiven;
    private readonly Func<ValueTask> _end;
    private readonly Dictionary<string, string> _hashes = [];
    private RedisValue[] _kept = [];

    private RealLine(ConnectionMultiplexer connection, bool isGiven, bool isCluster, Func<ValueTask> end)
    {
        (_connection, _database, _end) = (connection, connection.GetDatabase(), end);
        (_isGiven, IsCluster) = (isGiven, isCluster);
    }

    /// <summary>Whether its INFO says so.</summary>
    public bool IsCluster { get; }

    /// <summary>Its run, unless that is given.</summary>
    public string Run { get; private set; } = "";

    /// <summary>"redis-server 7.0.15".</summary>
    public string Version { get; private set; } = "";

    /// <summary>The clock and the run are given.</summary>
    public bool IsGiven => _isGiven;

    /// <summary>A database of the server that the tests share.</summary>
    /// <param name="spoil">A script's text that is replaced.</param>
    public static Task<RealLine> OnSharedAsync(
        bool isGiven, bool isCluster = false, (string Script, string Right, string Wrong)? spoil = null) =>
        ConnectAsync(TestRedis.CreateDatabase(), isGiven, isCluster, () => ValueTask.CompletedTask, spoil);

    /// <summary>A server of its own.</summary>
    public static async Task<RealLine> StartAsync(string program, bool isCluster = false)
    {
        var (port, folder) = (FreePort.Next(), Directory.CreateTempSubdirectory("flashsale-model-"));
        var path = Programs.Find(program) ?? throw new MissingServerException(program, program);
        string[] cluster = isCluster
            ? ["--cluster-enabled", "yes", "--cluster-port", $"{FreePort.Next()}"] : [];
        var process = await ChildProcess.StartAsync(new ChildStart(
            path,
            [
                "--port", $"{port}", "--bind", "127.0.0.1", "--save", "", "--appendonly", "no",
                "--dir", folder.FullName, .. cluster,
            ],
            Path.Combine(folder.FullName, "log")));
        await WaitFor.TrueAsync(
            () => Task.FromResult(process.HasExited || !FreePort.IsFree(port)), $"{program} listens");
        return await ConnectAsync($"127.0.0.1:{port}", isGiven: false, isCluster, async () =>
        {
            await process.KillAsync();
            await process.DisposeAsync();
            folder.Delete(recursive: true);
        });
    }

    /// <summary>Nothing is in it.</summary>
    public async Task ClearAsync()
    {
        _kept = [];
        await _database.ExecuteAsync("FLUSHDB");
    }

    /// <param name="model">Knows the clock and the run that are given.</param>
    public async Task<Observed> RunAsync(LineOperation operation, RedisModel model)
    {
        if (operation is LineOperation.Keep)
            _kept = (RedisValue[])(await _database.ScriptEvaluateAsync(Keep))!;
        // A Cluster's node takes what the transaction is about from its keys.
        var transaction = _database.CreateTransaction();
        if (_isGiven) Give(transaction, model);
        var from = transaction.ExecuteAsync("TIME");
        var answer = operation switch
        {
            LineOperation.Call call => transaction.ExecuteAsync("EVALSHA", Arguments(call)),
            LineOperation.Lose lose => transaction.ExecuteAsync("DEL", lose.Key),
            LineOperation.GoBack => transaction.ExecuteAsync("EVAL", [GoBack, 0, .. _kept.Cast<object>()]),
            _ => from,
        };
        var to = transaction.ExecuteAsync("TIME");
        var dump = transaction.ExecuteAsync("EVALSHA", _hashes[Dump], 0);
        Assert(await transaction.ExecuteAsync());
        var (fromMs, toMs) = _isGiven
            ? (model.NowMs, model.NowMs) : (Milliseconds(await from), Milliseconds(await to));
        return new Observed(await TellAsync(operation, answer), fromMs, toMs, Describe(await dump));
    }

    /// <summary>Anything, beside the scripts.</summary>
    public Task SpoilAsync(string command, params object[] arguments) =>
        _database.ExecuteAsync(command, arguments);

    public async ValueTask DisposeAsync()
    {
        await _connection.DisposeAsync();
        await _end();
    }

    private static async Task<RealLine> ConnectAsync(
        string text, bool isGiven, bool isCluster, Func<ValueTask> end,
        (string Script, string Right, string Wrong)? spoil = null)
    {
        var options = ConfigurationOptions.Parse(text);
        (options.AllowAdmin, options.AsyncTimeout, options.ConnectTimeout) = (true, 60_000, 60_000);
        var connection = await ConnectionMultiplexer.ConnectAsync(options);
        var line = new RealLine(connection, isGiven, isCluster, end);
        await line.PrepareAsync(spoil);
        return line;
    }

    private async Task PrepareAsync((string Script, string Right, string Wrong)? spoil)
    {
        if (IsCluster && !_isGiven)
        {
            await _database.ExecuteAsync("CLUSTER", "ADDSLOTSRANGE", 0, 16383);
            await WaitFor.TrueAsync(
                async () => ((string)(await _database.ExecuteAsync("CLUSTER", "INFO"))!)
                    .Contains("cluster_state:ok", StringComparison.Ordinal), "the Cluster is one");
        }

        var info = (string)(await _database.ExecuteAsync("INFO", "server"))!;
        string Said(string name) => info.Split('\n').Select(line => line.Trim().Split(':'))
            .FirstOrDefault(parts => parts[0] == name)?[1] ?? "";
        Run = Said("run_id");
        Version = Said("valkey_version") is { Length: > 0 } valkey
            ? $"valkey-server {valkey}" : $"redis-server {Said("redis_version")}";
        foreach (var script in s_scripts)
        {
            var text = _isGiven ? Given(script.Text) : script.Text;
            if (spoil is { } wrong && wrong.Script == script.Name)
            {
                Assert(text.Contains(wrong.Right, StringComparison.Ordinal));
                text = text.Replace(wrong.Right, wrong.Wrong, StringComparison.Ordinal);
            }

            _hashes[script.Name] = await LoadAsync(text);
        }

        _hashes[Dump] = await LoadAsync(Dump);
    }

    private async Task<string> LoadAsync(string script) =>
        (string)(await _database.ExecuteAsync("SCRIPT", "LOAD", script))!;

    /// <summary>The same script, that reads its clock and its run from keys.</summary>
    private static string Given(string script)
    {
        var (clock, info) = ($"redis.call('LRANGE', '{Clock}', 0, 1)", $"redis.call('GET', '{Info}')");
        var given = script.Replace("redis.call('TIME')", clock, StringComparison.Ordinal)
            .Replace("redis.call('INFO', 'server')", info, StringComparison.Ordinal);
        Assert(!given.Contains("'TIME'", StringComparison.Ordinal));
        Assert(!given.Contains("'INFO'", StringComparison.Ordinal));
        return given;
    }

    private static void Give(ITransaction transaction, RedisModel model)
    {
        var (seconds, rest) = Math.DivRem(model.NowMs, 1000);
        _ = transaction.KeyDeleteAsync(Clock);
        // Microseconds, of which the scripts take the whole milliseconds.
        _ = transaction.ListRightPushAsync(Clock, [seconds, rest * 1000 + 999]);
        // As Redis, or as Valkey says it.
        var mode = (model.NowMs % 2 == 0 ? "redis_mode:" : "server_mode:") + (model.IsCluster ? "cluster" : "standalone");
        _ = transaction.StringSetAsync(
            Info, $"# Server\r\n{mode}\r\nrun_id:{model.RunId}\r\ntcp_port:1\r\n");
    }

    private object[] Arguments(LineOperation.Call call) =>
    [
        _hashes[call.Script.Name], call.Keys.Length,
        .. call.Keys.Cast<object>(), .. call.Values.Cast<object>(),
    ];

    private static async Task<string> TellAsync(LineOperation operation, Task<RedisResult> answer)
    {
        try
        {
            var told = await answer;
            return operation is LineOperation.Call call ? LineText.Of(call.Script, told) : "";
        }
        catch (RedisServerException)
        {
            return "error";
        }
    }

    private static string Describe(RedisResult dump)
    {
        var text = new StringBuilder();
        foreach (var key in ((RedisResult[])dump!).OrderBy(key => (string)key[0]!, StringComparer.Ordinal))
            RedisModel.Describe(text, (string)key[0]!, (string)key[1]!, (RedisValue[])key[2]!);
        return text.ToString();
    }

    private static long Milliseconds(RedisResult time) => (long)time[0] * 1000 + (long)time[1] / 1000;

    private static void Assert(bool condition) => Xunit.Assert.True(condition);
}

using System.Diagnostics;

using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

using StackExchange.Redis;

namespace FlashSale.Queue;

/// <summary>The connection to Redis: never hangs, connects again by itself, runs scripts by their hash.</summary>
public sealed partial class LineRedis : ILineServer, IDisposable
{
    /// <summary>An answer that takes longer is given up: its outcome is unknown.</summary>
    private const int TimeoutMs = 1500;

    private readonly Task<ConnectionMultiplexer> _connecting;

    public LineRedis(IOptions<LineOptions> options, ILogger<LineRedis> log)
    {
        Log = log;
        var settings = Configure(options.Value.Redis);
        _connecting = Task.Run(async () =>
        {
            var connection = await ConnectionMultiplexer.ConnectAsync(settings).ConfigureAwait(false);
            connection.ConnectionFailed += (_, _) => SpareThreads.OfProcess.Lend();
            return connection;
        });
    }

    private ILogger<LineRedis> Log { get; }

    /// <summary>True while a connection is up.</summary>
    public bool IsConnected => _connecting.IsCompletedSuccessfully && _connecting.Result.IsConnected;

    /// <summary>The settings that make Redis' absence an answer instead of a wait.</summary>
    /// <exception cref="ArgumentException">Not a connection string.</exception>
    public static ConfigurationOptions Configure(string text)
    {
        var settings = ConfigurationOptions.Parse(text);
        settings.AbortOnConnectFail = false;
        settings.ConnectTimeout = TimeoutMs;
        settings.AsyncTimeout = TimeoutMs;
        settings.SyncTimeout = TimeoutMs;
        settings.BacklogPolicy = BacklogPolicy.FailFast;
        settings.ReconnectRetryPolicy = new LinearRetry(250);
        settings.HeartbeatInterval = TimeSpan.FromMilliseconds(500);
        settings.ClientName = "flashsale";
        return settings;
    }

    /// <summary>Runs a script; loads it when this Redis has not seen it, or has forgotten it.</summary>
    /// <exception cref="LineUnavailableException">Redis is down, loading, read-only or too slow.</exception>
    public async Task<RedisResult> RunAsync(Script script, RedisKey[] keys, RedisValue[] values)
    {
        ArgumentNullException.ThrowIfNull(script);
        var arguments = new List<object>(2 + keys.Length + values.Length) { script.Hash, keys.Length };
        foreach (var key in keys) arguments.Add(key);
        foreach (var value in values) arguments.Add(value);
        using var span = LineMetrics.Start(script);
        var (start, answered) = (Stopwatch.GetTimestamp(), false);
        try
        {
            var result = await EvaluateAsync(script, arguments).ConfigureAwait(false);
            answered = true;
            return result;
        }
        finally
        {
            LineMetrics.Ran(script, Stopwatch.GetElapsedTime(start), answered);
        }
    }

    /// <inheritdoc />
    public Task<HashEntry[]> ReadAsync(RedisKey hash) => UseAsync(database => database.HashGetAllAsync(hash));

    private Task<RedisResult> EvaluateAsync(Script script, List<object> arguments) =>
        UseAsync(async database =>
        {
            try
            {
                return await database.ExecuteAsync("EVALSHA", arguments).ConfigureAwait(false);
            }
            catch (RedisServerException error) when (error.Message.StartsWith("NOSCRIPT", StringComparison.Ordinal))
            {
                // The script has not run; EVAL runs it and makes its hash known.
                arguments[0] = script.Text;
                return await database.ExecuteAsync("EVAL", arguments).ConfigureAwait(false);
            }
        });

    /// <summary>Runs commands.</summary>
    /// <exception cref="LineUnavailableException">Redis is down, loading, read-only or too slow.</exception>
    public async Task<T> UseAsync<T>(Func<IDatabase, Task<T>> use)
    {
        try
        {
            var connection = await _connecting.WaitAsync(TimeSpan.FromMilliseconds(TimeoutMs)).ConfigureAwait(false);
            return await use(connection.GetDatabase()).ConfigureAwait(false);
        }
        catch (Exception error) when (error is RedisException or RedisCommandException
            or TimeoutException or ObjectDisposedException)
        {
            LogUnavailable(error.Message);
            throw new LineUnavailableException(error);
        }
    }

    public void Dispose()
    {
        if (_connecting.IsCompletedSuccessfully) _connecting.Result.Dispose();
    }

    private void LogUnavailable(string reason) => LogUnavailable(Log, reason);

    [LoggerMessage(2001, LogLevel.Debug, "Redis is not available: {Reason}", EventName = "RedisUnavailable")]
    private static partial void LogUnavailable(ILogger log, string reason);
}

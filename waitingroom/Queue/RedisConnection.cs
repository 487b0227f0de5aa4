using System.Diagnostics;

using Microsoft.Extensions.Logging;

using StackExchange.Redis;

namespace FlashSale.Queue;

/// <summary>
/// The client of Redis, which is replaced when no primary has answered through it for a while. It connects again and
/// follows a failover by itself; but one that finds no primary when it starts stays without one, and what it believes of
/// the servers may be wrong in a way that only a look from the beginning puts right.
/// </summary>
internal sealed partial class RedisConnection : IDisposable
{
    /// <summary>Longer than the client needs to follow a failover that the Sentinels have agreed on.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    private readonly ConfigurationOptions _settings;
    private readonly ILogger _log;
    private readonly Lock _gate = new();
    private volatile Task<ConnectionMultiplexer> _connecting;
    private long _failingSince;
    private bool _disposed;

    public RedisConnection(ConfigurationOptions settings, ILogger log)
    {
        (_settings, _log) = (settings, log);
        _connecting = Connect();
    }

    /// <summary>True while a server is connected.</summary>
    public bool IsUp => _connecting is { IsCompletedSuccessfully: true } connected && connected.Result.IsConnected;

    /// <exception cref="RedisConnectionException">No primary was found.</exception>
    /// <exception cref="TimeoutException">Not within <paramref name="patience"/>.</exception>
    public async ValueTask<ConnectionMultiplexer> GetAsync(TimeSpan patience) =>
        await _connecting.WaitAsync(patience).ConfigureAwait(false);

    /// <summary>The primary has answered.</summary>
    public void Answered()
    {
        if (Interlocked.Read(ref _failingSince) != 0) Interlocked.Exchange(ref _failingSince, 0);
    }

    /// <summary>It has not; the client is replaced when that has gone on for too long.</summary>
    public void Failed()
    {
        Task<ConnectionMultiplexer> old;
        lock (_gate)
        {
            var since = Interlocked.Read(ref _failingSince);
            if (since == 0) Interlocked.Exchange(ref _failingSince, Stopwatch.GetTimestamp());
            if (_disposed || since == 0 || Stopwatch.GetElapsedTime(since) < s_patience) return;
            (old, _connecting) = (_connecting, Connect());
        }

        LogReplaced(s_patience.TotalSeconds);
        DisposeOnceConnected(old);
    }

    public void Dispose()
    {
        lock (_gate) _disposed = true;
        DisposeOnceConnected(_connecting);
    }

    private Task<ConnectionMultiplexer> Connect()
    {
        // It has as long to answer as any that has just begun to fail.
        Answered();
        // To ask the Sentinels blocks.
        return Task.Run(() => ConnectionMultiplexer.ConnectAsync(_settings.Clone()));
    }

    /// <summary>Whoever still waits for an answer is told that it was disposed, and reads that as unavailable.</summary>
    private static void DisposeOnceConnected(Task<ConnectionMultiplexer> connecting) =>
        _ = connecting.ContinueWith(
            static connected => connected.Result.Dispose(), CancellationToken.None,
            TaskContinuationOptions.OnlyOnRanToCompletion, TaskScheduler.Default);

    [LoggerMessage(2005, LogLevel.Warning, "No primary of Redis has answered for {Seconds} s: it is looked for anew")]
    private partial void LogReplaced(double seconds);
}

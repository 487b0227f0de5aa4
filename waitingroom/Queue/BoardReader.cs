using System.Text.Json;

using FlashSale.Contract;

using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

using StackExchange.Redis;

namespace FlashSale.Queue;

/// <summary>
/// Reads the board five times a second, in one command, whatever the number of shoppers. The boards of lines that
/// sleep were on it before they fell asleep, and are when they change: they are read seldom, by an edge that has
/// started or was away meanwhile.
/// </summary>
internal sealed partial class BoardReader(Line line, ILineServer redis, TimeProvider clock, ILogger<BoardReader> log)
    : BackgroundService
{
    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(200);

    private static readonly TimeSpan s_all = TimeSpan.FromSeconds(5);

    /// <summary>A leader is at the board with each tick.</summary>
    private static readonly TimeSpan s_leaderSpeaks = TimeSpan.FromSeconds(1);

    /// <summary>On the board: when the leader was last here.</summary>
    private const string At = "#at";

    private readonly Dictionary<string, RedisValue> _texts = [];
    private RedisValue _leaderAt;
    private long? _leaderHeard;
    private long? _allReadAt;
    private long? _askedAt;

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => RunAsync(stoppingToken);

    internal async Task RunAsync(CancellationToken stoppingToken)
    {
        var reachable = true;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await ReadAsync(away: !reachable).ConfigureAwait(false);
                line.BoardWasRead();
                if (!reachable) LogBack();
                reachable = true;
            }
            catch (LineUnavailableException error)
            {
                if (reachable) LogAway(error.InnerException?.Message);
                reachable = false;
            }

            await Task.Delay(s_interval, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task ReadAsync(bool away)
    {
        var (before, asked) = (_askedAt, clock.GetTimestamp());
        _askedAt = asked;
        var awake = await redis.ReadAsync(LineKeys.AwakeBoard).ConfigureAwait(false);
        var now = clock.GetTimestamp();
        var at = awake.FirstOrDefault(entry => entry.Name == At).Value;
        if (!at.IsNull && at != _leaderAt)
        {
            (_leaderAt, _leaderHeard) = (at, now);
            line.LeaderWasHeard();
        }

        // A leader of the version before writes the whole board only.
        var isHeard = _leaderHeard is { } heard && clock.GetElapsedTime(heard, now) < s_leaderSpeaks;
        // A line that fell asleep was among the others for a while only: who has stood still that long has its board of before.
        var mayHaveMissed = before is not { } then || clock.GetElapsedTime(then, now) >= LineBoard.Dozes;
        // But nothing was missed since all were read less than that ago: what has fallen asleep since is still among the others.
        var sinceAll = _allReadAt is { } last ? clock.GetElapsedTime(last, now) : TimeSpan.MaxValue;
        if (!isHeard || away || sinceAll >= s_all || (mayHaveMissed && sinceAll >= LineBoard.Dozes))
        {
            var all = await redis.ReadAsync(LineKeys.Board).ConfigureAwait(false);
            // What is awake is newer there, unless its leader is gone.
            Take(isHeard ? all.ExceptBy(awake.Select(entry => entry.Name), entry => entry.Name) : all);
            _allReadAt = asked;
            if (!isHeard) return;
        }

        Take(awake);
    }

    private void Take(IEnumerable<HashEntry> entries)
    {
        foreach (var entry in entries)
        {
            string name = entry.Name!;
            if (!SaleId.TryParse(name, out var sale)) continue;
            if (_texts.TryGetValue(name, out var text) && text == entry.Value && line.Board(sale) is not null) continue;
            _texts[name] = entry.Value;
            try
            {
                var board = JsonSerializer.Deserialize((string)entry.Value!, LineJson.Default.LineBoard);
                if (board is not null) line.Set(sale, board with { ReadAt = clock.GetTimestamp() });
            }
            catch (JsonException error)
            {
                LogUnreadable(error, name);
            }
        }
    }

    [LoggerMessage(2002, LogLevel.Warning,
        "The board cannot be read, polls are answered from the last one: {Reason}",
        EventName = "BoardUnreadable")]
    private partial void LogAway(string? reason);

    [LoggerMessage(2003, LogLevel.Information, "The board can be read again", EventName = "BoardReadable")]
    private partial void LogBack();

    [LoggerMessage(2004, LogLevel.Error, "The board of {Sale} is not one", EventName = "BoardMalformed")]
    private partial void LogUnreadable(Exception error, string sale);
}

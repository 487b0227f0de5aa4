using System.Text.Json;

using FlashSale.Contract;

using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

using StackExchange.Redis;

namespace FlashSale.Queue;

/// <summary>Reads the board five times a second, in one command, whatever the number of shoppers.</summary>
internal sealed partial class BoardReader(Line line, ILineServer redis, TimeProvider clock, ILogger<BoardReader> log)
    : BackgroundService
{
    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(200);

    private readonly Dictionary<string, RedisValue> _texts = [];

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => RunAsync(stoppingToken);

    internal async Task RunAsync(CancellationToken stoppingToken)
    {
        var reachable = true;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                Take(await redis.ReadAsync(LineKeys.Board).ConfigureAwait(false));
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

    private void Take(HashEntry[] entries)
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

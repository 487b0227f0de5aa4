using System.Text.Json;

using FlashSale.Calling;
using FlashSale.Contract;
using FlashSale.Queue;

using StackExchange.Redis;

namespace FlashSale.WaitingRoom.Pumping;

/// <summary>Publishes the lines' snapshots for the edges: what has changed at once, all else once a second.</summary>
internal sealed class BoardWriter(ILineServer redis, TimeProvider clock)
{
    private static readonly TimeSpan s_again = TimeSpan.FromMilliseconds(1000);

    private readonly Dictionary<SaleId, (LineBoard Board, long At)> _written = [];

    /// <summary>The next time everything is written.</summary>
    public void Forget() => _written.Clear();

    /// <summary>
    /// Writes what is due; above 0 the higher fence of who has written meanwhile, and nothing is written; null when Redis gave
    /// no answer.
    /// </summary>
    public async Task<long?> WriteAsync(Term term, IReadOnlyDictionary<SaleId, PumpedSale> numbers)
    {
        List<RedisValue> values = [term.Fence];
        foreach (var (sale, (board, _)) in numbers)
        {
            if (_written.TryGetValue(sale, out var last) && clock.GetElapsedTime(last.At) < s_again
                && last.Board with { Now = board.Now, Past = board.Past } == board) continue;
            _written[sale] = (board, clock.GetTimestamp());
            values.Add(sale.Value);
            values.Add(JsonSerializer.Serialize(board, LineJson.Default.LineBoard));
        }

        if (values.Count == 1) return 0;
        var answer = await redis.RunAsync(Script.Publish, [LineKeys.Board], [.. values]).OrNone();
        if (answer is null) return null;
        var higher = (long)answer;
        // The lease was lost and the board was not: a lease with a higher fence follows.
        if (higher > 0) Forget();
        return higher;
    }
}

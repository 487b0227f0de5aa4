using System.Text.Json;

using FlashSale.Calling;
using FlashSale.Contract;
using FlashSale.Queue;

using StackExchange.Redis;

namespace FlashSale.WaitingRoom.Pumping;

/// <summary>
/// Publishes the lines' snapshots for the edges: what has changed at once, all else once a second. Those of lines
/// that sleep are written when they have changed, and once more to where the edges read seldom. Its word at each tick
/// also brings which of these have been woken.
/// </summary>
internal sealed class BoardWriter(ILineServer redis, TimeProvider clock)
{
    private static readonly TimeSpan s_again = TimeSpan.FromMilliseconds(1000);

    /// <summary>Snapshots a script call: about 1 ms of Redis.</summary>
    private const int MaxBoards = 200;

    private readonly Dictionary<SaleId, (LineBoard Board, long At)> _written = [];

    /// <summary>
    /// Lines that have fallen asleep, or changed in their sleep: they go to the others when every edge has read of
    /// it.
    /// </summary>
    private readonly Dictionary<SaleId, LineBoard> _dozing = [];

    /// <summary>All of them are to be told anew: of some it is not known whether Redis has them.</summary>
    public bool NeedsAll { get; private set; } = true;

    /// <summary>The next time everything is written.</summary>
    public void Forget()
    {
        _written.Clear();
        _dozing.Clear();
        NeedsAll = true;
    }

    /// <summary>Writes what is due; null when Redis gave no answer.</summary>
    /// <param name="told">What may have changed, or all when that is needed.</param>
    public async Task<BoardAnswer?> WriteAsync(
        Term term, IReadOnlyCollection<KeyValuePair<SaleId, PumpedSale>> told, DateTimeOffset now)
    {
        NeedsAll = false;
        var due = told.Where(one => IsDue(one.Key, one.Value.Board))
            .Select(one => (Sale: one.Key, one.Value.Board, Sleeps: false)).ToList();
        foreach (var one in due) _dozing.Remove(one.Sale);
        due.AddRange(_dozing.Where(one => clock.GetElapsedTime(_written[one.Key].At) >= LineBoard.Dozes)
            .Select(one => (one.Key, one.Value, true)));
        var woken = new List<SaleId>();
        for (var at = 0; at == 0 || at < due.Count; at += MaxBoards)
        {
            var part = due.GetRange(at, Math.Min(MaxBoards, due.Count - at));
            RedisValue[] values =
            [
                term.Fence, now.ToUnixTimeMilliseconds(),
                .. part.SelectMany(one => Values(one.Sale, one.Board, one.Sleeps)),
            ];
            var answer = await redis.RunAsync(
                Script.Publish, [LineKeys.Board, LineKeys.AwakeBoard, LineKeys.Woken], values).OrNone();
            var higher = answer is null ? 0 : (long)answer[0];
            if (answer is null || higher > 0)
            {
                // Refused, the lease was lost and the board was not: a lease with a higher fence follows.
                Forget();
                return answer is null ? null : new BoardAnswer(higher, woken);
            }

            foreach (var (sale, board, sleeps) in part)
            {
                _written[sale] = (board, clock.GetTimestamp());
                if (sleeps) _dozing.Remove(sale);
                else if (board.Asleep) _dozing[sale] = board;
            }

            // The board was lost and the lease was not.
            if (at + part.Count == due.Count && (long)answer[1] < _written.Count) Forget();
            foreach (var name in (string[])answer[2]!)
                if (SaleId.TryParse(name, out var sale)) woken.Add(sale);
        }

        return new BoardAnswer(0, woken);
    }

    private bool IsDue(SaleId sale, LineBoard board) =>
        !_written.TryGetValue(sale, out var last) || last.Board with { Now = board.Now, Past = board.Past } != board
        || (!board.Asleep && clock.GetElapsedTime(last.At) >= s_again);

    private static RedisValue[] Values(SaleId sale, LineBoard board, bool sleeps) =>
        [sale.Value, JsonSerializer.Serialize(board, LineJson.Default.LineBoard), sleeps];
}

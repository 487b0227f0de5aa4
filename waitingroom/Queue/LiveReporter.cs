using FlashSale.Contract;

using Microsoft.Extensions.Hosting;

namespace FlashSale.Queue;

/// <summary>
/// Tells Redis who is in line, as this edge knows it: a bit for each place, every two seconds, and less often in a long line.
/// Who has left is not, nor who was told to come back and did not. The leading waiting room puts together what the edges
/// know; who was seen by several counts once.
/// </summary>
internal sealed class LiveReporter(Line line, ILineServer redis, TimeProvider clock) : BackgroundService
{
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(2);

    /// <summary>Should this edge end, its shoppers come back to others within this time.</summary>
    private const int KeptSeconds = 120;

    /// <summary>Bytes a script call.</summary>
    private const int MaxBytes = 16 << 10;

    private readonly Dictionary<SaleLine, Told> _last = [];

    private sealed record Told(uint Epoch, bool ByRank, int Bytes, long At);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => RunAsync(stoppingToken);

    internal async Task RunAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            foreach (var sale in line.Sales) await ReportAsync(sale).ConfigureAwait(false);
            await Task.Delay(s_interval, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task ReportAsync(SaleLine sale)
    {
        if (sale.Current is not { } now || sale.Sale is not { } settings) return;
        var board = now.Board;
        var byRank = LineOrdering.HasRanks(settings, board.Shuffled);
        var last = _last.TryGetValue(sale, out var told) && told.Epoch == board.Epoch && told.ByRank == byRank ? told : null;
        if (board.Asleep) return;
        if (last is not null && clock.GetElapsedTime(last.At) + s_interval / 2 < LiveRanks.ToldEvery(board.Next)) return;

        // Nobody up to the head is counted.
        var first = byRank ? (board.Head + 1) / 8 : 0;
        var bits = Bits(sale, settings, now, byRank, first, (last?.Bytes ?? 0) - first);
        for (var at = 0; at == 0 || at < bits.Length; at += MaxBytes)
        {
            var part = bits.AsMemory(at, Math.Min(MaxBytes, bits.Length - at));
            var taken = await redis.RunAsync(
                Script.Alive, [sale.Keys.Line, sale.Keys.Alive(board.Epoch, byRank, line.EdgeId)],
                [(long)board.Epoch, first + at, part, KeptSeconds]).OrNone();
            if (taken is null || (int)taken == 0)
            {
                _last.Remove(sale); // All of it is told again once Redis, or the line, is back.
                return;
            }
        }

        _last[sale] = new Told(board.Epoch, byRank, (int)(first + bits.Length), clock.GetTimestamp());
    }

    /// <summary>As many bytes as the report before had, at least: those who were there then may be gone.</summary>
    private static byte[] Bits(SaleLine sale, Sale settings, SaleLine.Now now, bool byRank, long first, long least)
    {
        var (board, last) = (now.Board, now.Seen.Last);
        // Ranks and numbers are one and the same set, but in another order.
        var bits = new byte[Math.Max(Math.Max(1, least), Math.Max(last, board.Shuffled ?? 0) / 8 + 1 - first)];
        now.Seen.EachLive(number =>
        {
            var at = byRank ? sale.Ordering.RankOf(settings, board.Shuffled, number) : number;
            // One who has come since then is told of the next time.
            var index = at / 8 - first;
            if ((!byRank || at > board.Head) && index < bits.Length) bits[index] |= (byte)(0x80 >> (int)(at % 8));
        });
        return bits;
    }
}

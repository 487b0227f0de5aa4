using System.Numerics;

namespace FlashSale.Queue;

/// <summary>
/// How many people are before a rank: those who are there, and not the numbers given. It is kept as the ranks at which their
/// count reaches 1, 2, … 20 and then a tenth more each time, so that a line of a million is told in some hundred numbers,
/// exactly near the head and to a tenth elsewhere.
/// </summary>
public sealed class LiveRanks
{
    /// <summary>Up to here each one has a mark.</summary>
    private const int Exactly = 20;

    /// <summary>What each mark stands for.</summary>
    private static readonly long[] s_counts = Counts();

    private readonly long _from, _to, _total;
    private readonly long[] _ranks;

    /// <param name="from">Nobody up to this rank is counted.</param>
    /// <param name="to">Beyond this rank everyone counts as there: they have only just come.</param>
    /// <param name="total">How many are there between the two.</param>
    /// <param name="steps">From mark to mark, in ranks.</param>
    public LiveRanks(long from, long to, long total, IReadOnlyList<int> steps)
    {
        ArgumentNullException.ThrowIfNull(steps);
        (_from, _to, _total, Steps) = (from, to, total, steps);
        _ranks = new long[steps.Count];
        var rank = from;
        for (var i = 0; i < _ranks.Length; i++) _ranks[i] = rank += steps[i];
    }

    public long From => _from;

    public long To => _to;

    public long Total => _total;

    public IReadOnlyList<int> Steps { get; }

    /// <summary>How often an edge tells who is in line, when so many numbers have been given: 25 KB a report, and then less often.</summary>
    public static TimeSpan ToldEvery(long given) => TimeSpan.FromSeconds(given > 200_000 ? 10 : 2);

    /// <summary>Everyone beyond the head counts as there.</summary>
    public static LiveRanks Everyone(long head) => new(head, head, 0, []);

    /// <summary>Counts what the edges know.</summary>
    /// <param name="bits">Who is there: rank r is bit r of the bytes, the highest of a byte first.</param>
    /// <param name="firstByte">Which byte of all the first one is.</param>
    public static LiveRanks Count(ReadOnlySpan<byte> bits, long firstByte, long from, long to)
    {
        var (steps, total, last, next) = (new List<int>(), 0L, from, 1L);
        for (var i = 0; i < bits.Length; i++)
        {
            uint rest = bits[i];
            while (rest != 0)
            {
                var bit = BitOperations.LeadingZeroCount(rest) - 24;
                rest &= ~(0x80u >> bit);
                var rank = 8 * (firstByte + i) + bit;
                if (rank <= from) continue;
                if (rank > to) return new LiveRanks(from, to, total, steps);
                if (++total != next) continue;
                steps.Add((int)(rank - last));
                (last, next) = (rank, Next(next));
            }
        }

        return new LiveRanks(from, to, total, steps);
    }

    /// <summary>How many are there beyond the first rank, up to and with the second.</summary>
    public long Between(long beyond, long upTo) => Math.Max(0, UpTo(upTo) - UpTo(beyond));

    /// <summary>The rank at which so many beyond the head have been there; the last one when there are fewer.</summary>
    public long RankOf(long count, long head, long last)
    {
        var (least, most, before) = (head, Math.Max(head, last), UpTo(head));
        while (most > least)
        {
            var middle = least + (most - least) / 2;
            if (UpTo(middle) - before >= count) most = middle;
            else least = middle + 1;
        }

        return least;
    }

    private long UpTo(long rank)
    {
        if (rank <= _from) return 0;
        if (rank >= _to) return _total + rank - _to;
        var at = _ranks.AsSpan().BinarySearch(rank);
        if (at < 0) at = ~at - 1;
        var (here, count) = at < 0 ? (_from, 0) : (_ranks[at], CountAt(at));
        var (there, then) = at + 1 < _ranks.Length ? (_ranks[at + 1], CountAt(at + 1)) : (_to, Math.Max(count, _total));
        return count + (long)((double)(rank - here) / (there - here) * (then - count));
    }

    private static long CountAt(int mark) => s_counts[Math.Min(mark, s_counts.Length - 1)];

    private static long Next(long count) => count < Exactly ? count + 1 : count + (count + 9) / 10;

    /// <summary>More than there can be numbers.</summary>
    private static long[] Counts()
    {
        var counts = new List<long>();
        for (var count = 1L; count <= uint.MaxValue; count = Next(count)) counts.Add(count);
        return [.. counts];
    }
}

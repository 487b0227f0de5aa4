namespace FlashSale.Queue;

/// <summary>
/// When a shopper shall poll next, so that all waiting shoppers together stay below the edges' budget.
/// <para>
/// With W waiting, B the polls a second of all edges, a = ahead and N the nearest: interval(a) = I0·(1 + a/N), where
/// I0 = 2·N·ln(1 + W/N)/B makes ∫ 1/interval = B/2; the far end is cut at C = 2W/B (or 30 s), which costs B/2 at the
/// most. While shoppers stream in, C counts those of the next seconds too: who is told now comes back when they are here.
/// </para>
/// <para>
/// N is the horizon, or as many as the budget allows to poll within the reach of a call (<see cref="TurnTimes"/>) and twice in
/// the presence time. It is the shape that serves the fastest line for a budget: whoever is told to stay away is due again
/// before N/I0 calls a second can have reached them.
/// </para>
/// </summary>
public readonly struct PollBudget
{
    private const double MinMs = 1000;
    private const double LeastMs = 200;
    private const double MaxNearMs = 30_000;

    /// <summary>When the sale is over: an operator may extend it, or a unit come back after all.</summary>
    private const double OverMs = 30_000;

    /// <summary>Seconds of joining that the far end is cut for in advance.</summary>
    private const double Foresight = 10;

    /// <summary>Jitter adds up to this part of the interval: shoppers who were told together come back apart.</summary>
    private const double Jitter = 0.25;

    private readonly double _all;
    private readonly double _nearest;
    private readonly double _first;
    private readonly bool _isOver;

    /// <param name="waiting">W: shoppers who wait, those in line and those who returned.</param>
    /// <param name="horizon">The most that N can be.</param>
    /// <param name="pollsPerSecond">B: of all edges together.</param>
    /// <param name="presenceSeconds">Not seen for longer counts as away.</param>
    /// <param name="claimSeconds">How long a turn lasts.</param>
    /// <param name="joinsPerSecond">How fast the line grows.</param>
    /// <param name="isOver">The sale has ended or is sold out: nobody polls more often than every 30 s.</param>
    public PollBudget(
        long waiting, int horizon, double pollsPerSecond, int presenceSeconds, int claimSeconds, double joinsPerSecond = 0,
        bool isOver = false)
    {
        _isOver = isOver;
        double w = Math.Max(1, waiting), b = Math.Max(1, pollsPerSecond);
        _all = 2000 * (w + Foresight * joinsPerSecond) / b;
        // The last of the nearest polls half as often as the first.
        var first = Math.Min(presenceSeconds * 500.0, TurnTimes.ReachMs(claimSeconds)) / (1 + Jitter) / 2;
        first = Math.Max(LeastMs, first);
        _nearest = Nearest(w, Math.Max(1, horizon), b, first);
        _first = Math.Max(Math.Min(MinMs, first), First(w, _nearest, b));
    }

    /// <summary>
    /// How far beyond the head the pump looks, and so whose presence it must know of: ten seconds of admissions, within
    /// bounds; fewer where shoppers count as away soon, since all of them poll twice in that time.
    /// </summary>
    public static int Horizon(int admitPerSecond, int presenceSeconds) =>
        (int)Math.Min(Math.Clamp(10L * admitPerSecond, 500, 5000), Math.Max(200, 1000L * presenceSeconds));

    /// <param name="ahead">Called before this shopper; -1 while unknown (a shuffle before the start).</param>
    /// <param name="millisecondsToStart">0 or less once the sale has started.</param>
    /// <param name="random">In [0, 1).</param>
    public int NextPollMs(long ahead, long millisecondsToStart, double random)
    {
        var interval = IntervalMs(ahead);
        var spread = interval * (1 + Jitter * random);

        // A poll that would fall beyond the start falls anywhere within an interval after it: the opening second sees
        // no more than any other. The draw's lower digits are a second draw.
        if (millisecondsToStart > 0 && spread > millisecondsToStart)
            spread = millisecondsToStart + interval * (random * 4096 % 1);
        return (int)Math.Min(spread, int.MaxValue);
    }

    /// <summary>The longest that <see cref="NextPollMs"/> may say.</summary>
    public long LongestMs(long ahead, long millisecondsToStart)
    {
        var interval = IntervalMs(ahead);
        var longest = interval * (1 + Jitter);
        return (long)Math.Ceiling(
            millisecondsToStart > 0 && longest > millisecondsToStart ? millisecondsToStart + interval : longest);
    }

    private double IntervalMs(long ahead)
    {
        var interval = ahead < 0
            ? Math.Max(MinMs, _all) : Math.Min(_first * (1 + ahead / _nearest), Math.Max(MaxNearMs, _all));
        return _isOver ? Math.Max(OverMs, interval) : interval;
    }

    /// <summary>I0 for so many nearest.</summary>
    private static double First(double waiting, double nearest, double polls) =>
        2000 * nearest * Math.Log(1 + waiting / nearest) / polls;

    /// <summary>The most, up to the horizon, for whom I0 is not beyond <paramref name="atMost"/>.</summary>
    private static double Nearest(double waiting, double horizon, double polls, double atMost)
    {
        if (First(waiting, horizon, polls) <= atMost) return horizon;
        // I0 grows with N: halving finds it to a thousandth.
        var (least, most) = (1.0, horizon);
        while (most > least * 1.001)
        {
            var middle = (least + most) / 2;
            if (First(waiting, middle, polls) <= atMost) least = middle;
            else most = middle;
        }

        return least;
    }
}

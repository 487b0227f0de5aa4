namespace FlashSale.Queue;

/// <summary>
/// When a shopper shall poll next, so that all waiting shoppers together stay below the edges' budget.
/// <para>
/// With W waiting, H the horizon, B the polls a second of all edges and a = ahead: interval(a) = I0·(1 + a/H), where
/// I0 = 2·H·ln(1 + W/H)/B makes ∫ 1/interval = B/2; the far end is cut at C = 2W/B (or 30 s), which costs B/2 at the
/// most. While shoppers stream in, C counts those of the next seconds too: who is told now comes back when they are here.
/// Within the horizon a shopper polls at least twice in the time after which it would count as away.
/// </para>
/// </summary>
public static class PollBudget
{
    private const double MinMs = 1000;
    private const double MaxNearMs = 30_000;

    /// <summary>Seconds of joining that the far end is cut for in advance.</summary>
    private const double Foresight = 10;

    /// <summary>Jitter adds up to this part of the interval: shoppers who were told together come back apart.</summary>
    private const double Jitter = 0.25;

    /// <summary>
    /// H: how far beyond the head the pump looks, and so whose presence it must know of: ten seconds of admissions, within
    /// bounds; fewer where shoppers count as away soon, since all of them poll twice in that time.
    /// </summary>
    public static int Horizon(int admitPerSecond, int presenceSeconds) =>
        (int)Math.Min(Math.Clamp(10L * admitPerSecond, 500, 5000), Math.Max(200, 1000L * presenceSeconds));

    /// <param name="waiting">W: shoppers who wait, those in line and those who returned.</param>
    /// <param name="ahead">Called before this shopper; -1 while unknown (a shuffle before the start).</param>
    /// <param name="horizon">H.</param>
    /// <param name="pollsPerSecond">B: of all edges together.</param>
    /// <param name="presenceSeconds">Not seen for longer counts as away.</param>
    /// <param name="millisecondsToStart">0 or less once the sale has started.</param>
    /// <param name="random">In [0, 1).</param>
    /// <param name="joinsPerSecond">How fast the line grows.</param>
    public static int NextPollMs(
        long waiting, long ahead, int horizon, double pollsPerSecond, int presenceSeconds, long millisecondsToStart,
        double random, double joinsPerSecond = 0)
    {
        double w = Math.Max(1, waiting), h = Math.Max(1, horizon), b = Math.Max(1, pollsPerSecond);
        var all = 2000 * (w + Foresight * joinsPerSecond) / b;
        var far = Math.Max(MaxNearMs, all);
        var interval = ahead < 0
            ? Math.Max(MinMs, all)
            : Math.Clamp(Math.Max(MinMs, 2000 * h * Math.Log(1 + w / h) / b) * (1 + ahead / h), MinMs, far);
        // Cut before the jitter, so that who must be seen soon does not come all at once.
        if (ahead >= 0 && ahead < horizon)
            interval = Math.Min(interval, Math.Max(200, presenceSeconds * 500.0) / (1 + Jitter));
        var spread = interval * (1 + Jitter * random);

        // A poll that would fall beyond the start falls anywhere within an interval after it: the opening second sees
        // no more than any other. The draw's lower digits are a second draw.
        if (millisecondsToStart > 0 && spread > millisecondsToStart)
            spread = millisecondsToStart + interval * (random * 4096 % 1);
        return (int)Math.Min(spread, int.MaxValue);
    }
}

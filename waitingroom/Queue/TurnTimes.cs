namespace FlashSale.Queue;

/// <summary>
/// Invariant 9: a shopper who polls when told, two seconds late at the most, learns of the turn while half of
/// <c>claimSeconds</c> is left. So nobody is called who is not due within the reach, and who is told to stay away for longer
/// is noted in Redis first (<see cref="Line"/>).
/// </summary>
public static class TurnTimes
{
    /// <summary>A shopper who does as told is no later than this.</summary>
    private const long LateMs = 2000;

    /// <summary>From the turn in Redis to every edge: one that has heard nothing for longer asks Redis.</summary>
    public const long NewsMs = 2000;

    /// <summary>Shorter than this nobody could be sure to hear while the line is long.</summary>
    private const long LeastReachMs = 2000;

    /// <summary>Who is called must be due within this time.</summary>
    public static long ReachMs(int claimSeconds) => Math.Max(LeastReachMs, claimSeconds * 500L - LateMs - NewsMs);

    /// <summary>
    /// How long a turn lasts: <c>claimSeconds</c>, and more where half of these, after the longest way to the news, would
    /// not be left (below twelve seconds).
    /// </summary>
    public static long TurnMs(int claimSeconds) =>
        Math.Max(claimSeconds * 1000L, ReachMs(claimSeconds) + LateMs + NewsMs + claimSeconds * 500L);
}

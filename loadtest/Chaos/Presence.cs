namespace FlashSale.LoadTest.Chaos;

/// <summary>
/// When the line surely saw a shopper: answers of an edge that reached Redis. Times are epoch seconds of the ledger's clock.
/// </summary>
internal sealed class Presence
{
    /// <summary>
    /// Who is seen at least so often is present: well within the presence time, and within the time that shoppers have to
    /// take their places again in a new epoch. Seconds.
    /// </summary>
    public const double LongestGap = 3;

    /// <summary>An edge finds Redis again after this: seconds.</summary>
    private const double Reconnecting = 1.5;

    private readonly double[] _seen;

    public Presence(Evidence evidence, IEnumerable<HistoryEvent> own) => _seen =
    [
        .. own.Where(e => e is { Answer: HistoryAnswer.Ok, Act: HistoryAct.Join or HistoryAct.Poll or HistoryAct.Claim })
            .Select(e => (From: evidence.Seconds(e.Sent), At: evidence.Seconds(e.Received)))
            .Where(e => !evidence.RedisTroubles.Any(t => e.At >= t.Began && e.From <= t.Ended + Reconnecting))
            .Select(e => e.At).Order(),
    ];

    /// <summary>Since when the shopper had been seen all the time until then; <paramref name="until"/> itself if not at all.</summary>
    public double Since(double until)
    {
        var since = until;
        foreach (var at in _seen.Reverse().SkipWhile(at => at > until))
        {
            if (since - at > LongestGap) break;
            since = at;
        }

        return since;
    }

    /// <summary>Until when the shopper was seen all the time from then on.</summary>
    public double Until(double since)
    {
        var until = since;
        foreach (var at in _seen.SkipWhile(at => at < since))
        {
            if (at - until > LongestGap) break;
            until = at;
        }

        return until;
    }

    /// <summary>Seen all the time up to then, and so long before, of the time since the place was taken, that the line knew it.</summary>
    public bool At(double time, double since) => Math.Max(since, Since(time)) + Evidence.OrderTolerance < time;

    public bool Between(double from, double until) => _seen.Any(at => at >= from && at <= until);
}

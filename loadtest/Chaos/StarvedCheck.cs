namespace FlashSale.LoadTest.Chaos;

/// <summary>
/// Invariant 3 of those who were never called: nobody who came later may have been admitted while they were present. A
/// place that is silently lost shows as this, too.
/// <para>
/// A poll does not tell the epoch, so who came later is judged by the requests: their first one was sent after this place
/// was acknowledged.
/// </para>
/// </summary>
internal static class StarvedCheck
{
    /// <param name="Since">When the place was acknowledged.</param>
    /// <param name="Until">When it was last said to wait: sold out is all that is said later of every place, missed ones too.</param>
    private sealed record Waiting(string Shopper, long Number, double Since, double Until);

    public static IEnumerable<string> Check(Evidence evidence)
    {
        var admitted = OrderCheck.Admissions(evidence).OrderBy(one => one.AdmittedAt).ToArray();
        foreach (var own in evidence.History.GroupBy(e => e.Shopper))
        {
            if (StillWaiting(evidence, [.. own.OrderBy(e => e.Received)]) is not { } mine) continue;
            var presence = new Presence(evidence, own);
            var passed = admitted.Where(later => later.Shopper != mine.Shopper && later.JoinSent > mine.Since
                && presence.At(later.AdmittedAt, mine.Since)
                && presence.Until(presence.Since(later.AdmittedAt)) > later.AdmittedAt + OrderCheck.NewsSeconds
                && presence.Between(later.AdmittedAt + OrderCheck.NewsSeconds, mine.Until)
                && !OrderCheck.MayBeLost(evidence, presence, later.AdmittedAt, double.MaxValue)).ToArray();
            if (passed.Length > 0)
                yield return $"3: number {mine.Number} ({mine.Shopper}) waits to this day, while {passed.Length} who came "
                    + $"later were admitted, the first of them number {passed[0].Number} ({passed[0].Shopper})";
        }
    }

    /// <summary>The place that the shopper waited in when the history, or the sale, ended.</summary>
    private static Waiting? StillWaiting(Evidence evidence, HistoryEvent[] own)
    {
        Waiting? waiting = null;
        foreach (var e in own)
        {
            if (e.Act is HistoryAct.Leave or HistoryAct.Claim) waiting = null;
            if (e is not { Answer: HistoryAnswer.Ok, Act: HistoryAct.Join or HistoryAct.Poll } || e.State == "soldOut") continue;
            var now = evidence.Seconds(e.Received);
            waiting = e.State != "waiting" ? null
                : waiting?.Number == e.Number ? waiting with { Until = now } : new Waiting(e.Shopper, e.Number, now, now);
        }

        return waiting;
    }
}

namespace FlashSale.LoadTest.Chaos;

/// <summary>Invariant 3: admissions follow ticket order among the shoppers who are present.</summary>
internal static class OrderCheck
{
    /// <summary>A called shopper has heard of it after this, whichever room or edge fails once meanwhile: seconds.</summary>
    public const double NewsSeconds = 10;

    /// <summary>
    /// Pairs in which the later ticket was admitted first although the earlier one was present then: each is a
    /// violation. Two admissions within <see cref="Evidence.OrderTolerance"/> are one tick of the pump, or differ by the
    /// rounding of redeem-by to whole seconds.
    /// </summary>
    public static IEnumerable<string> Check(Evidence evidence)
    {
        var order = Admissions(evidence).OrderBy(a => a.Epoch).ThenBy(a => a.Number).ToArray();
        var presence = PresenceOf(evidence);
        for (var i = 0; i < order.Length; i++)
        {
            var mine = order[i];
            var passed = order.Skip(i + 1).Where(later => later.Shopper != mine.Shopper
                && later.AdmittedAt + Evidence.OrderTolerance < mine.AdmittedAt
                && presence[mine.Shopper].At(later.AdmittedAt, mine.JoinSent)
                && !MayBeLost(evidence, presence[mine.Shopper], later.AdmittedAt, mine.AdmittedAt));
            if (passed.MinBy(later => later.AdmittedAt) is { } first)
                yield return $"3: number {first.Number} ({first.Shopper}) was admitted "
                    + $"{mine.AdmittedAt - first.AdmittedAt:F1} s before number {mine.Number} ({mine.Shopper}), who was present";
        }
    }

    /// <summary>
    /// An admission of which its shopper has not heard yet may be lost with Redis and the leader that made it; the place
    /// is kept, and called again when no promise can be alive any more. The client sees the second call only. So who should
    /// have been called at <paramref name="called"/> is not judged when Redis lost data before <paramref name="until"/>
    /// while that call was open, unless the shopper was told to wait when the call would have been known.
    /// </summary>
    public static bool MayBeLost(Evidence evidence, Presence presence, double called, double until) =>
        evidence.RedisLosses.Any(loss => loss.Began <= until
            && called >= loss.Began - evidence.ClaimSeconds - Evidence.OrderTolerance
            && called <= loss.Ended + Evidence.OrderTolerance
            && !presence.Between(called + NewsSeconds, loss.Began));

    public static Dictionary<string, Presence> PresenceOf(Evidence evidence) =>
        evidence.History.GroupBy(e => e.Shopper).ToDictionary(own => own.Key, own => new Presence(evidence, own));

    /// <summary>The admissions that clients claimed, the first of each place.</summary>
    public static IEnumerable<Admitted> Admissions(Evidence evidence)
    {
        var owns = evidence.History.ToLookup(e => e.Shopper);
        foreach (var claim in evidence.History.Where(e => e is { Act: HistoryAct.Claim, Answer: HistoryAnswer.Ok })
                     .OrderBy(e => e.RedeemBy).DistinctBy(e => e.Admission[..e.Admission.LastIndexOf('-')]))
        {
            var parts = claim.Admission.Split('-');
            var (epoch, number) = (Convert.ToInt64(parts[0], 16), Convert.ToInt64(parts[1], 16));
            var own = owns[claim.Shopper].Where(e => e.Received <= claim.Received).OrderBy(e => e.Received).ToArray();

            // A turn of which the shopper heard counts, also when it could not be claimed then.
            var told = own.Where(e => e is { Act: HistoryAct.Join or HistoryAct.Poll, State: "admitted" } && e.Number == number)
                .Select(e => e.RedeemBy).Append(claim.RedeemBy).Min();
            var admittedAt = told.ToUnixTimeMilliseconds() / 1000.0 - evidence.ClaimSeconds;
            yield return new Admitted(
                claim.Shopper, epoch, number, admittedAt, JoinSent(own, number) is { } sent ? evidence.Seconds(sent) : 0);
        }
    }

    /// <summary>The first request of those that got the place: one without an answer may be the one that made it.</summary>
    private static long? JoinSent(HistoryEvent[] own, long number)
    {
        long? first = null;
        foreach (var join in own.Where(e => e.Act == HistoryAct.Join))
        {
            first ??= join.Sent;
            if (join.Answer == HistoryAnswer.Ok && join.Number == number) return first;
            if (join.Answer == HistoryAnswer.Ok) first = null;
        }

        return null;
    }
}

namespace FlashSale.LoadTest.Chaos;

/// <summary>One admission: whose, from which place, and when the client first knew of it.</summary>
/// <param name="Epoch">The line's epoch, 0 when the run had one only.</param>
/// <param name="AdmittedAt">When the admission was made, by the ledger's clock: redeem-by minus the time to claim.</param>
/// <param name="PresentSince">When the shopper was first seen without a gap longer than the presence time since.</param>
public sealed record Admitted(string Shopper, long Epoch, long Number, double AdmittedAt, double PresentSince);

/// <summary>A time in which Redis lost some or all of its data: epoch seconds.</summary>
public readonly record struct RedisLoss(double Began, double Ended);

/// <summary>Invariant 3: admissions follow ticket order among the shoppers who are present.</summary>
public static class OrderCheck
{
    /// <summary>
    /// The admissions that clients claimed, the first of each place. Present since: the last time before the claim that the client had got no answer
    /// for half the presence time. Times are the ledger's, the client's brought to it by the claims themselves.
    /// </summary>
    public static IEnumerable<Admitted> Admissions(Evidence evidence)
    {
        ArgumentNullException.ThrowIfNull(evidence);
        var seen = evidence.History.Where(e => e is { Answer: Answer.Ok, Act: Act.Join or Act.Poll or Act.Claim })
            .GroupBy(e => e.Shopper).ToDictionary(group => group.Key, group => group.OrderBy(e => e.Received).ToArray());
        foreach (var claim in evidence.History.Where(e => e is { Act: Act.Claim, Answer: Answer.Ok })
                     .OrderBy(e => e.RedeemBy).DistinctBy(e => e.Admission[..e.Admission.LastIndexOf('-')]))
        {
            var parts = claim.Admission.Split('-');
            var admittedAt = claim.RedeemBy.ToUnixTimeMilliseconds() / 1000.0 - evidence.ClaimSeconds;
            var presentFor = PresentFor(seen[claim.Shopper], claim.Received, evidence.PresenceSeconds / 2.0);

            // The claim came after the admission, so what is counted back from it lies later than the truth: safe.
            yield return new Admitted(
                claim.Shopper, Convert.ToInt64(parts[0], 16), Convert.ToInt64(parts[1], 16), admittedAt,
                admittedAt - presentFor);
        }
    }

    private static double PresentFor(HistoryEvent[] seen, long until, double gapSeconds)
    {
        var since = until;
        foreach (var answer in seen.Reverse().Where(e => e.Received <= until))
        {
            if (since - answer.Received > gapSeconds * 1e6) break;
            since = answer.Received;
        }

        return (until - since) / 1e6;
    }

    /// <summary>
    /// Pairs in which the later ticket was admitted first although the earlier one was present all the time: each is a
    /// violation. Two admissions within <paramref name="tolerance"/> seconds are one tick of the pump, or differ by the
    /// rounding of redeem-by to whole seconds.
    /// <para>
    /// An admission of which its shopper has not heard yet may be lost with Redis and the leader that made it; the place
    /// is kept, and called again when no promise can be alive any more. The client sees the second call only. So a pair is
    /// not judged when Redis lost data between the two calls and the first would still have been open then.
    /// </para>
    /// </summary>
    /// <param name="losses">When Redis lost data, by the ledger's clock, in seconds since 1970.</param>
    /// <param name="claimSeconds">How long an admission stays open.</param>
    public static IReadOnlyList<string> Check(
        IEnumerable<Admitted> admissions, double tolerance, IReadOnlyList<RedisLoss> losses, int claimSeconds)
    {
        var violations = new List<string>();
        var order = admissions.OrderBy(a => a.Epoch).ThenBy(a => a.Number).ToArray();

        // From the last ticket to the first: the earliest admission of any later ticket must not precede this one's.
        (double At, Admitted? Who) earliest = (double.MaxValue, null);
        for (var i = order.Length - 1; i >= 0; i--)
        {
            var mine = order[i];
            if (earliest.Who is { } later && earliest.At + tolerance < mine.AdmittedAt
                && mine.PresentSince + tolerance < earliest.At
                && !losses.Any(loss => loss.Began <= mine.AdmittedAt
                    && earliest.At <= loss.Ended + tolerance && earliest.At >= loss.Began - claimSeconds - tolerance))
                violations.Add(
                    $"3: number {later.Number} ({later.Shopper}) was admitted {mine.AdmittedAt - earliest.At:F1} s before "
                    + $"number {mine.Number} ({mine.Shopper}), who was present");
            if (mine.AdmittedAt < earliest.At) earliest = (mine.AdmittedAt, mine);
        }

        return violations;
    }
}

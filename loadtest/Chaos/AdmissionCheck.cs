namespace FlashSale.LoadTest.Chaos;

/// <summary>
/// Invariants 1 and 2 of admissions: from the moment it is made until it runs out or its reservation ends, an admission
/// has its unit and its shopper to itself. Times are the ledger's.
/// </summary>
public static class AdmissionCheck
{
    /// <summary>The ledger's clock as the waiting room keeps it between two pulls.</summary>
    private static readonly TimeSpan s_clockTolerance = TimeSpan.FromSeconds(0.5);

    private sealed record Life(string Admission, string Shopper, int Unit, DateTimeOffset From, DateTimeOffset Until);

    public static IEnumerable<string> Check(Evidence evidence)
    {
        ArgumentNullException.ThrowIfNull(evidence);
        var lives = Lives(evidence).ToArray();
        foreach (var life in lives.Where(life => life.Unit < 1 || life.Unit > evidence.Inventory))
            yield return $"1: admission {life.Admission} is for unit {life.Unit}, of {evidence.Inventory}";
        foreach (var (a, b) in Overlaps(lives.GroupBy(life => $"{life.Unit}")))
            yield return $"1: unit {a.Unit} was promised by {a.Admission} and {b.Admission} at the same time";
        foreach (var (a, b) in Overlaps(lives.GroupBy(life => life.Shopper)))
            yield return $"2: {a.Shopper} had the admissions {a.Admission} and {b.Admission} at the same time";
    }

    /// <summary>
    /// Redeem-by is rounded up, so an admission is taken to be made up to a second later than it was: safe. Whose turn an outage
    /// has cut short is called again, and may be given the same unit: then the admission has its name again, and another life.
    /// </summary>
    private static IEnumerable<Life> Lives(Evidence evidence)
    {
        var reserved = evidence.Ledger.Where(row => row.Admission.Length > 0).ToLookup(row => row.Admission);
        foreach (var claims in evidence.History.Where(e => e is { Act: HistoryAct.Claim, Answer: HistoryAnswer.Ok }).GroupBy(e => e.Admission))
        {
            var row = reserved[claims.Key].FirstOrDefault();
            var turns = Turns(claims.Select(e => e.RedeemBy), TimeSpan.FromSeconds(evidence.ClaimSeconds)).ToList();
            // What is told after it was redeemed is about the cart.
            var redeemed = row is null ? -1 : Math.Max(0, turns.FindLastIndex(turn => turn.From <= row.Created));
            foreach (var (i, (from, until)) in turns.Take(row is null ? turns.Count : redeemed + 1).Index())
                yield return new Life(claims.Key, claims.First().Shopper, claims.First().Unit, from,
                    i == redeemed ? row!.Ended ?? DateTimeOffset.MaxValue : until);
        }
    }

    /// <summary>A turn begins after the one before has run out, and lasts as long as it: so far are their ends apart at the least.</summary>
    private static IEnumerable<(DateTimeOffset From, DateTimeOffset Until)> Turns(IEnumerable<DateTimeOffset> redeemBy, TimeSpan claim)
    {
        DateTimeOffset? first = null, last = null;
        foreach (var end in redeemBy.Order())
        {
            if (last is { } before && end - before > claim)
            {
                yield return (first!.Value - claim, before);
                first = null;
            }

            (first, last) = (first ?? end, end);
        }

        if (last is { } until) yield return (first!.Value - claim, until);
    }

    private static IEnumerable<(Life, Life)> Overlaps(IEnumerable<IGrouping<string, Life>> groups) =>
        from one in groups
        let inOrder = one.OrderBy(life => life.From).ToArray()
        from pair in inOrder.Zip(inOrder.Skip(1))
        where pair.First.Until - s_clockTolerance > pair.Second.From
        select (pair.First, pair.Second);
}

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

    /// <summary>Redeem-by is rounded up, so an admission is taken to be made up to a second later than it was: safe.</summary>
    private static IEnumerable<Life> Lives(Evidence evidence)
    {
        var reserved = evidence.Ledger.Where(row => row.Admission.Length > 0).ToLookup(row => row.Admission);
        return evidence.History.Where(e => e is { Act: HistoryAct.Claim, Answer: HistoryAnswer.Ok }).GroupBy(e => e.Admission)
            .Select(claims => new Life(
                claims.Key, claims.First().Shopper, claims.First().Unit,
                claims.Min(e => e.RedeemBy).AddSeconds(-evidence.ClaimSeconds),
                reserved[claims.Key].FirstOrDefault() is { } row
                    ? row.Ended ?? DateTimeOffset.MaxValue : claims.Max(e => e.RedeemBy)));
    }

    private static IEnumerable<(Life, Life)> Overlaps(IEnumerable<IGrouping<string, Life>> groups) =>
        from one in groups
        let inOrder = one.OrderBy(life => life.From).ToArray()
        from pair in inOrder.Zip(inOrder.Skip(1))
        where pair.First.Until - s_clockTolerance > pair.Second.From
        select (pair.First, pair.Second);
}

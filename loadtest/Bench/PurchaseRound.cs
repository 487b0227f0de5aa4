namespace FlashSale.LoadTest.Bench;

/// <summary>What was read before and after one round of one side.</summary>
internal sealed record PurchaseRound(
    double PerSecond, long Purchases, long? Commits, long? Flushes, IReadOnlyDictionary<string, double> ProcessorSeconds)
{
    /// <summary>The rounds of one side together.</summary>
    public static PurchaseSide Sum(IReadOnlyList<PurchaseRound> rounds)
    {
        var purchases = rounds.Sum(round => (double)round.Purchases);
        double? Each(Func<PurchaseRound, long?> of) =>
            rounds.All(round => of(round) is not null) ? Math.Round(rounds.Sum(round => (double)of(round)!) / purchases, 2) : null;
        return new PurchaseSide(
            Math.Round(Rounds.Median(rounds.Select(round => round.PerSecond)), 1),
            Each(round => round.Commits), Each(round => round.Flushes),
            rounds.SelectMany(round => round.ProcessorSeconds).GroupBy(one => one.Key, one => one.Value)
                .ToDictionary(one => one.Key, one => Math.Round(1000 * one.Sum() / purchases, 3)));
    }
}

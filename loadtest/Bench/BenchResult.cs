namespace FlashSale.LoadTest.Bench;

/// <summary>One line of the bench.</summary>
/// <param name="Ours">Median of our rounds, in <paramref name="Unit"/>.</param>
/// <param name="Baseline">Median of the baseline's rounds of the same run, or null for an absolute bound.</param>
/// <param name="Ratio">Ours over the baseline, or ours when there is no baseline.</param>
/// <param name="Floor">The least ratio; for an absolute bound the most.</param>
public sealed record BenchResult(
    string Name, double Ours, double? Baseline, double Ratio, double Floor, bool Ok, string Unit)
{
    /// <summary>A rate that must be at least <paramref name="floor"/> times the baseline's.</summary>
    public static BenchResult AtLeast(string name, Rounds rounds, double floor, string unit)
    {
        ArgumentNullException.ThrowIfNull(rounds);
        var (ours, baseline) = rounds.Medians;
        var ratio = ours / baseline;
        return new BenchResult(name, ours, baseline, ratio, floor, ratio >= floor, unit);
    }

    /// <summary>A cost that must be at most <paramref name="ceiling"/>.</summary>
    public static BenchResult AtMost(string name, double ours, double ceiling, string unit) =>
        new(name, ours, null, ours, ceiling, ours <= ceiling, unit);
}

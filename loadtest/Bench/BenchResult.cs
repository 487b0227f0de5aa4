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
    public static BenchResult AtLeast(string name, (double Ours, double Baseline) medians, double floor, string unit)
    {
        var ratio = medians.Ours / medians.Baseline;
        return new BenchResult(name, medians.Ours, medians.Baseline, ratio, floor, ratio >= floor, unit);
    }

    /// <summary>A cost that must be at most <paramref name="ceiling"/>.</summary>
    public static BenchResult AtMost(string name, double ours, double ceiling, string unit) =>
        new(name, ours, null, ours, ceiling, ours <= ceiling, unit);
}

/// <summary>The document that <c>--json</c> writes.</summary>
public sealed record BenchReport(string Machine, string Commit, IReadOnlyList<BenchResult> Results);

/// <summary>How two programs are compared on a noisy machine.</summary>
public static class Rounds
{
    /// <summary>A turn gains less than this once the runtime has compiled what is hot; on two slow cores that takes a while.</summary>
    private const double StillWarming = 1.05;
    private const int LeastWarmUps = 3;
    private const int MostWarmUps = 10;

    /// <summary>
    /// Runs ours and the baseline by turns (the first ones of each warm up and do not count) and returns the
    /// medians. By turns, because a noisy neighbour then slows both; the order changes from round to round, so that
    /// neither always runs on what the other has left behind.
    /// </summary>
    public static async Task<(double Ours, double Baseline)> AlternateAsync(
        int rounds, Func<Task<double>> ours, Func<Task<double>> baseline)
    {
        await WarmUpAsync(ours, baseline).ConfigureAwait(false);
        var (first, second) = (new List<double>(), new List<double>());
        for (var round = 0; round < rounds; round++)
        {
            if (round % 2 == 0) first.Add(await ours().ConfigureAwait(false));
            second.Add(await baseline().ConfigureAwait(false));
            if (round % 2 == 1) first.Add(await ours().ConfigureAwait(false));
        }

        return (Median(first), Median(second));
    }

    private static async Task WarmUpAsync(Func<Task<double>> ours, Func<Task<double>> baseline)
    {
        var best = (Ours: 0.0, Baseline: 0.0);
        for (var turn = 1; turn <= MostWarmUps; turn++)
        {
            var (mine, other) = (await ours().ConfigureAwait(false), await baseline().ConfigureAwait(false));
            if (turn >= LeastWarmUps && mine < StillWarming * best.Ours && other < StillWarming * best.Baseline) return;
            best = (Math.Max(best.Ours, mine), Math.Max(best.Baseline, other));
        }
    }

    public static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted.Length % 2 == 1
            ? sorted[sorted.Length / 2]
            : (sorted[sorted.Length / 2 - 1] + sorted[sorted.Length / 2]) / 2;
    }
}

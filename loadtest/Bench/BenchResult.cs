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

/// <summary>The document that <c>--json</c> writes.</summary>
public sealed record BenchReport(string Machine, string Commit, IReadOnlyList<BenchResult> Results);

/// <summary>
/// Ours and a baseline, compared on a noisy machine: what each reached in every round, of one pair of programs or of several.
/// Two starts of the same program differ by a tenth on two cores, so a figure that has programs of its own takes several pairs.
/// </summary>
public sealed class Rounds
{
    /// <summary>A turn gains less than this once the runtime has compiled what is hot; on two slow cores that takes a while.</summary>
    private const double StillWarming = 1.05;
    private const int LeastWarmUps = 3;
    private const int MostWarmUps = 10;

    private readonly List<double> _ours = [];
    private readonly List<double> _baseline = [];

    public (double Ours, double Baseline) Medians => (Median(_ours), Median(_baseline));

    /// <summary>
    /// Runs ours and the baseline by turns; the first ones of each warm up and do not count. By turns, because a noisy
    /// neighbour then slows both; the order changes from round to round, so that neither always runs on what the other has
    /// left behind.
    /// </summary>
    public async Task AlternateAsync(int rounds, Func<Task<double>> ours, Func<Task<double>> baseline)
    {
        await WarmUpAsync(ours, baseline).ConfigureAwait(false);
        for (var round = 0; round < rounds; round++)
        {
            if (round % 2 == 0) _ours.Add(await ours().ConfigureAwait(false));
            _baseline.Add(await baseline().ConfigureAwait(false));
            if (round % 2 == 1) _ours.Add(await ours().ConfigureAwait(false));
        }
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

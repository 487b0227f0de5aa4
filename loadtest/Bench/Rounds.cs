namespace FlashSale.LoadTest.Bench;

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

using FlashSale.LoadTest.Crowd;

namespace FlashSale.LoadTest.Scenarios;

/// <summary>When those were called who were awake all the time, beside the same sale in which everyone is.</summary>
public static class AwakeCalls
{
    /// <summary>A turn is told to the second, and two runs do not tick together.</summary>
    private const double FreeSeconds = 2;

    /// <summary>Numbers with the seconds from the start to their turn, in the order of the numbers.</summary>
    public static IReadOnlyList<(long Number, double Seconds)> Of(CrowdTally tally, SaleRules rules, DateTimeOffset startsAt)
    {
        ArgumentNullException.ThrowIfNull(tally);
        ArgumentNullException.ThrowIfNull(rules);
        var turn = TimeSpan.FromMilliseconds(Queue.TurnTimes.TurnMs(rules.ClaimSeconds));
        return [.. tally.Admissions.Where(one => one.Stayed)
            .Select(one => (one.Number, (one.RedeemBy - turn - startsAt).TotalSeconds)).OrderBy(one => one.Number)];
    }

    /// <summary>The most seconds by which somebody was called later than whoever had that number, or the next one, there.</summary>
    public static double MostLater(
        IReadOnlyList<(long Number, double Seconds)> called, IReadOnlyList<(long Number, double Seconds)> beside)
    {
        ArgumentNullException.ThrowIfNull(called);
        ArgumentNullException.ThrowIfNull(beside);
        var (most, next) = (0.0, 0);
        foreach (var (number, seconds) in called)
        {
            while (next < beside.Count && beside[next].Number < number) next++;
            if (next == beside.Count) break; // There all was sold before.
            most = Math.Max(most, seconds - beside[next].Seconds - FreeSeconds);
        }

        return Math.Round(most, 2);
    }
}

using FlashSale.LoadTest.Crowd;
using FlashSale.LoadTest.Reports;

namespace FlashSale.LoadTest.Scenarios;

/// <summary>
/// First come, first served, judged from outside: by what the shoppers themselves were given.
/// </summary>
public static class AdmissionOrder
{
    private const int MostExamples = 3;
    private const int MostPoints = 1_500;

    /// <summary>
    /// Redeem-by is the moment of the admission plus a constant, in whole seconds, by a clock that does not go back. So
    /// among shoppers who were there all the time it never falls as the number grows; and nobody who stayed to the end
    /// without being called may have a lower number than anyone who was.
    /// </summary>
    public static IEnumerable<string> Judge(
        IReadOnlyCollection<SeenAdmission> admissions, IReadOnlyCollection<long> neverCalled)
    {
        var called = Called(admissions);
        var swapped = Swapped(called);
        if (swapped.Length > 0)
        {
            var examples = swapped.Take(MostExamples).Select(pair => $"{pair.Later.Number} before {pair.Earlier.Number}");
            yield return $"{swapped.Length} admissions out of order: {string.Join(", ", examples)}";
        }

        var passedOver = PassedOver(called, neverCalled);
        if (passedOver.Length > 0)
        {
            yield return $"{passedOver.Length} shoppers who were there were passed over, such as number "
                + string.Join(", ", passedOver.Order().Take(MostExamples));
        }

        var jumped = Jumped(admissions, called, neverCalled);
        if (jumped.Length > 0)
        {
            yield return $"{jumped.Length} bots were admitted before shoppers who were there with lower numbers, such as number "
                + string.Join(", ", jumped.Order().Take(MostExamples));
        }
    }

    /// <summary>The same in numbers, with a sample of the admissions to draw.</summary>
    /// <param name="inOrder">The sale promises first come, first served; otherwise nobody is judged.</param>
    public static Fairness Measure(
        IReadOnlyCollection<SeenAdmission> admissions, IReadOnlyCollection<long> neverCalled, bool inOrder)
    {
        ArgumentNullException.ThrowIfNull(admissions);
        var called = inOrder ? Called(admissions) : [];
        var first = admissions.Count == 0 ? default : admissions.Min(admission => admission.RedeemBy);
        var every = admissions.Count / MostPoints + 1;
        var points = admissions.OrderBy(admission => admission.Number).Where((_, i) => i % every == 0)
            .Select(admission => new FairnessPoint(
                admission.Number, (admission.RedeemBy - first).TotalSeconds, admission.Stayed));
        return new Fairness(
            called.Length, Swapped(called).Length, PassedOver(called, neverCalled).Length, [.. points]);
    }

    private static SeenAdmission[] Called(IReadOnlyCollection<SeenAdmission> admissions) =>
        [.. admissions.Where(admission => admission.Stayed).OrderBy(admission => admission.Number)];

    private static (SeenAdmission Earlier, SeenAdmission Later)[] Swapped(SeenAdmission[] called)
    {
        var swapped = new List<(SeenAdmission, SeenAdmission)>();
        var latest = called.FirstOrDefault();
        foreach (var admission in called)
        {
            if (admission.RedeemBy < latest.RedeemBy) swapped.Add((latest, admission));
            else if (admission.RedeemBy > latest.RedeemBy) latest = admission;
        }
        return [.. swapped];
    }

    /// <summary>Bots that had a unit before someone with a lower number, who was there, had one or instead of that.</summary>
    private static long[] Jumped(
        IReadOnlyCollection<SeenAdmission> admissions, SeenAdmission[] called, IReadOnlyCollection<long> neverCalled)
    {
        var waiting = neverCalled.DefaultIfEmpty(long.MaxValue).Min();
        var jumped = new List<long>();
        var (next, latest) = (0, DateTimeOffset.MinValue);
        foreach (var bot in admissions.Where(admission => admission.Bot).OrderBy(admission => admission.Number))
        {
            for (; next < called.Length && called[next].Number < bot.Number; next++)
                if (called[next].RedeemBy > latest) latest = called[next].RedeemBy;
            if (bot.RedeemBy < latest || waiting < bot.Number) jumped.Add(bot.Number);
        }
        return [.. jumped];
    }

    private static long[] PassedOver(SeenAdmission[] called, IReadOnlyCollection<long> neverCalled)
    {
        var last = called.Length > 0 ? called[^1].Number : 0;
        return [.. neverCalled.Where(number => number < last)];
    }
}

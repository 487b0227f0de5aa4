using FlashSale.LoadTest.Crowd;

namespace FlashSale.LoadTest.Scenarios;

/// <summary>First come, first served, judged from outside: by what the shoppers themselves were given.</summary>
public static class AdmissionOrder
{
    private const int MostExamples = 3;

    /// <summary>
    /// Redeem-by is the moment of the admission plus a constant, in whole seconds. So among shoppers who were there all
    /// the time it never falls as the number grows; and nobody who stayed to the end without being called may have a
    /// lower number than anyone who was.
    /// </summary>
    public static IEnumerable<string> Judge(IReadOnlyList<SeenAdmission> admissions, IReadOnlyList<long> neverCalled)
    {
        var called = admissions.Where(admission => admission.First).OrderBy(admission => admission.Number).ToArray();
        var swapped = called.Zip(called.Skip(1)).Where(pair => pair.Second.RedeemBy < pair.First.RedeemBy).ToArray();
        if (swapped.Length > 0)
        {
            var examples = swapped.Take(MostExamples).Select(pair => $"{pair.Second.Number} before {pair.First.Number}");
            yield return $"{swapped.Length} admissions out of order: {string.Join(", ", examples)}";
        }

        var last = called.Length > 0 ? called[^1].Number : 0;
        var passedOver = neverCalled.Where(number => number < last).ToArray();
        if (passedOver.Length > 0)
        {
            yield return $"{passedOver.Length} shoppers who were there were passed over, such as number "
                + string.Join(", ", passedOver.Order().Take(MostExamples));
        }
    }
}

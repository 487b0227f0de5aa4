using System.Globalization;

using FlashSale.LoadTest.Crowd;
using FlashSale.LoadTest.Scenarios;

namespace FlashSale.LoadTest.Hosting;

/// <summary>Judges a scenario that has been closed: by its audit, by its shoppers, and by what the host has measured.</summary>
public static class HostedJudge
{
    private const int MostExamples = 3;

    /// <param name="steps">Null when the host had no statistics to give.</param>
    public static IReadOnlyList<HostedCheck> Judge(HostedScenario scenario, IReadOnlyList<StepNumbers>? steps)
    {
        ArgumentNullException.ThrowIfNull(scenario);
        return
        [
            .. scenario.Troubles.Select(trouble => new HostedCheck("opening and closing", trouble, "no trouble", trouble)),
            .. Audit(scenario), Sold(scenario), .. Shoppers(scenario), .. Order(scenario),
            .. steps is null ? [NoStatistics()] : Requests(scenario.Settings, steps),
        ];
    }

    private static HostedCheck NoStatistics() =>
        new("statistics", "none", "from the host", "the host gave no statistics: no threshold of a step could be judged");

    private static IEnumerable<HostedCheck> Audit(HostedScenario scenario)
    {
        const string Limit = "no violation";
        if (scenario.End is not { } end)
        {
            // A trouble says why, unless nobody asked.
            yield return new HostedCheck("audit", "none", Limit, "there was no audit");
            yield break;
        }
        var wrong = RunJudge.Audit(end, alone: scenario.IsAlone && !scenario.WasStopped).ToList();
        if (wrong.Count == 0) yield return new HostedCheck("audit", "clean", Limit, null);
        foreach (var one in wrong) yield return new HostedCheck("audit", one, Limit, one);
    }

    /// <summary>Of a sale that others may buy from too, only what this run's shoppers were told.</summary>
    private static HostedCheck Sold(HostedScenario scenario)
    {
        var least = scenario.Settings.LeastSold;
        var sold = scenario.IsAlone ? scenario.End?.Audit?.Sold ?? 0 : scenario.Tally.Of(Ending.Bought);
        return new HostedCheck(
            "units sold", $"{sold}", least > 0 ? $"at least {least}" : "not judged",
            sold < least ? $"{sold} units sold, at least {least} expected" : null);
    }

    private static IEnumerable<HostedCheck> Shoppers(HostedScenario scenario)
    {
        var (tally, settings, all) = (scenario.Tally, scenario.Settings, scenario.Shoppers);
        var failed = tally.Of(Ending.Failed);
        yield return new HostedCheck(
            "shoppers with an answer that should not be", $"{failed}", "0",
            failed == 0 ? null : $"{failed} of {all} shoppers got an answer they should not, or none: " + string.Join(
                "; ", tally.Problems.OrderByDescending(problem => problem.Value).Take(MostExamples).Select(problem => problem.Key)));

        var cut = Math.Max(0, all - tally.Ended);
        yield return new HostedCheck(
            "shoppers cut off", $"{cut} of {all}", Share(settings.MostCutOff),
            cut <= settings.MostCutOff * all ? null : $"{cut} of {all} shoppers were cut off, still on their way when the run ended");

        var slow = tally.Of(Ending.TooSlow);
        yield return new HostedCheck(
            "shoppers too slow", $"{slow} of {tally.Ended}", Share(settings.MostTooSlow),
            slow <= settings.MostTooSlow * tally.Ended
                ? null : $"{slow} of {tally.Ended} shoppers lost their place again and again by being late");

        if (all == 0) yield return new HostedCheck("shoppers", "0", "at least 1", "nobody came: nothing was tested");
        if (!scenario.IsAlone || scenario.End?.Audit is not { } audit) yield break;
        // Who was cut off may have bought without having been told.
        var bought = tally.Of(Ending.Bought);
        yield return new HostedCheck(
            "shoppers told that they had bought", $"{bought}", cut == 0 ? $"{audit.Sold}" : $"at most {audit.Sold}",
            bought <= audit.Sold && (cut > 0 || bought == audit.Sold)
                ? null : $"{bought} shoppers were told that they had bought, the ledger says {audit.Sold}");
    }

    private static IEnumerable<HostedCheck> Order(HostedScenario scenario)
    {
        const string What = "admissions in order";
        if (!scenario.IsInOrder)
        {
            yield return new HostedCheck(What, "shuffled", "not judged", null);
            yield break;
        }
        var wrong = AdmissionOrder.Judge(scenario.Tally.Admissions, scenario.Tally.NeverCalled).ToList();
        if (wrong.Count == 0) yield return new HostedCheck(What, $"{scenario.Tally.Admissions.Count}", "all", null);
        foreach (var one in wrong) yield return new HostedCheck(What, one, "all", one);
    }

    private static IEnumerable<HostedCheck> Requests(HostedSettings settings, IReadOnlyList<StepNumbers> steps)
    {
        foreach (var step in steps)
        {
            var all = step.Ok + step.Failed;
            yield return new HostedCheck(
                $"{step.Step}: failed", $"{step.Failed} of {all}", Share(settings.MostFailed),
                step.Failed <= settings.MostFailed * all ? null : $"{step.Failed} of {all} requests failed: {step.Step}");
        }
        foreach (var (name, most) in settings.MostP99Ms)
        {
            var limit = string.Create(CultureInfo.InvariantCulture, $"at most {most:f0} ms");
            var found = steps.Where(step => step.Step == name).ToList();
            // The percentile is of what succeeded: of nothing it is 0.
            yield return found.Sum(step => step.Ok) == 0
                ? new HostedCheck(
                    $"{name}: p99", "none", limit,
                    found.Count == 0 ? $"no step {name} was made" : $"no step {name} succeeded: its time could not be judged")
                : new HostedCheck(
                    $"{name}: p99", string.Create(CultureInfo.InvariantCulture, $"{found[0].P99Ms:f0} ms"), limit,
                    found[0].P99Ms <= most
                        ? null
                        : string.Create(CultureInfo.InvariantCulture, $"{name} took {found[0].P99Ms:f0} ms (p99), {limit} expected"));
        }
    }

    private static string Share(double share) => string.Create(CultureInfo.InvariantCulture, $"at most {share * 100:0.##} %");
}

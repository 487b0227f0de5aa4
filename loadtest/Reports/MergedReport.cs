using FlashSale.LoadTest.Crowd;

using HdrHistogram;

namespace FlashSale.LoadTest.Reports;

/// <summary>The runs of several machines on one sale as one: the whole crowd's.</summary>
public static class MergedReport
{
    private const string SendLag = "send lag";

    /// <summary>
    /// Counts are added, and percentiles taken of the added histograms. The audit is that of the run which ended last; what
    /// any run has failed by, the whole has. The order of admissions was judged by each run among its own shoppers.
    /// </summary>
    /// <exception cref="FormatException">
    /// They are not different runs of one sale, each with the histograms that its report was made of.
    /// </exception>
    public static RunReport Of(IReadOnlyList<RunReport> runs)
    {
        ArgumentNullException.ThrowIfNull(runs);
        if (runs.Count == 0 || runs.Select(run => run.Sale).Distinct().Skip(1).Any())
            throw new FormatException($"not runs of one sale: {string.Join(", ", runs.Select(run => run.Sale).Distinct())}");
        if (runs.FirstOrDefault(run => run.Histograms.Count == 0) is { } without)
            throw new FormatException($"the run of {without.StartedAt:u} has no {RunReport.LogFile}");
        foreach (var run in runs)
        {
            if (Missing(run) is { } step)
                throw new FormatException($"{RunReport.LogFile} of the run of {run.StartedAt:u} is not of that run: it has other counts of {step}");
        }
        // No two processes begin in the same ten millionth of a second and then use the same time.
        if (runs.GroupBy(run => (run.StartedAt, run.Seconds, run.Costs.CrowdCpuSeconds)).FirstOrDefault(same => same.Skip(1).Any()) is { } twice)
            throw new FormatException($"the run of {twice.Key.StartedAt:u} is there twice");

        var startedAt = runs.Min(run => run.StartedAt);
        var last = runs.MaxBy(EndedAt)!;
        var times = Added(runs);
        var merged = runs[0] with
        {
            Scenario = runs[0].Scenario with { Shoppers = runs.Sum(run => run.Scenario.Shoppers) },
            Target = string.Join(", ", runs.Select(run => run.Target).Distinct()),
            StartedAt = startedAt,
            Seconds = Math.Round((EndedAt(last) - startedAt).TotalSeconds, 1),
            Endings = Added(runs.Select(run => run.Endings)),
            Histograms = times,
            Latencies = [.. times.Where(step => step.Key != SendLag).Select(step => StepLatency.Of(step.Key, step.Value))],
            SendLag = times.TryGetValue(SendLag, out var lag) ? StepLatency.Of(SendLag, lag) : null,
            Answers = [.. runs.SelectMany(run => run.Answers).GroupBy(answer => (answer.Step, answer.Status, answer.Code))
                .Select(same => same.First() with { Count = same.Sum(answer => answer.Count) })
                .OrderByDescending(answer => answer.Count)],
            Problems = runs.SelectMany(run => run.Problems).GroupBy(problem => problem.Key)
                .ToDictionary(same => same.Key, same => same.Sum(problem => problem.Value)),
            BotRequests = runs.Sum(run => run.BotRequests),
            BotRefusals = runs.Sum(run => run.BotRefusals),
            Timeline = MergedTimeline.Of(runs, startedAt),
            Fairness = new Fairness(
                runs.Sum(run => run.Fairness.Judged), runs.Sum(run => run.Fairness.OutOfOrder),
                runs.Sum(run => run.Fairness.PassedOver), []),
            Costs = new Costs(
                runs.Sum(run => run.Costs.Requests), Math.Round(runs.Sum(run => run.Costs.CrowdCpuSeconds), 2),
                runs.Max(run => run.Costs.EdgeCpuSeconds), runs.Max(run => run.Costs.CrowdPeakMegabytes)),
            Audit = last.Audit,
            Provider = last.Provider,
            Unfinished = runs.Sum(run => run.Unfinished),
            PeakMegabytes = runs.SelectMany((run, i) => run.PeakMegabytes.Select(peak => (Name: NameOf(peak.Key, i), peak.Value)))
                .GroupBy(peak => peak.Name).ToDictionary(same => same.Key, same => same.Max(peak => peak.Value)),
        };
        return merged with { Failures = [.. Failures(runs), .. Judge(merged)] };
    }

    /// <summary>Each machine has a crowd of its own; other processes are the same, seen from several.</summary>
    internal static string NameOf(string process, int run) =>
        process == MeasuredProcesses.Crowd ? $"{process} {run + 1}" : process;

    private static DateTimeOffset EndedAt(RunReport run) => run.StartedAt.AddSeconds(run.Seconds);

    private static IEnumerable<string> Failures(IReadOnlyList<RunReport> runs) =>
        runs.SelectMany((run, i) => run.Failures.Select(failure => $"run {i + 1}: {failure}"));

    /// <summary>A step of the report that the histograms do not have as often: they were cut short, or are another run's.</summary>
    private static string? Missing(RunReport run) => (run.SendLag is { } lag ? run.Latencies.Append(lag) : run.Latencies)
        .FirstOrDefault(step => (run.Histograms.TryGetValue(step.Step, out var times) ? times.TotalCount : 0) != step.Count)?.Step;

    /// <summary>What no run can know of the others.</summary>
    private static IEnumerable<string> Judge(RunReport all)
    {
        var (endings, sold) = (all.Endings, all.Audit.Sold);
        if (endings.Bought > sold || (endings.CutOff == 0 && endings.Bought < sold))
            yield return $"{endings.Bought} shoppers of all runs were told that they had bought, the ledger says {sold}";
        if (all.Scenario.Expected.SellsOut && sold != all.Audit.Inventory)
            yield return $"{sold} of {all.Audit.Inventory} units were sold";
    }

    private static Endings Added(IEnumerable<Endings> endings) => endings.Aggregate((a, b) => new Endings(
        a.Bought + b.Bought, a.SoldOut + b.SoldOut, a.AsPlanned + b.AsPlanned, a.TooSlow + b.TooSlow, a.Failed + b.Failed,
        a.CutOff + b.CutOff));

    private static SortedDictionary<string, HistogramBase> Added(IReadOnlyList<RunReport> runs)
    {
        var all = new SortedDictionary<string, HistogramBase>(StringComparer.Ordinal);
        foreach (var (step, times) in runs.SelectMany(run => run.Histograms))
        {
            if (!all.TryGetValue(step, out var sum)) all[step] = sum = CrowdTally.NewHistogram();
            sum.Add(times);
        }
        return all;
    }
}

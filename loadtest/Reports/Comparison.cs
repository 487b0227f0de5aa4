namespace FlashSale.LoadTest.Reports;

/// <summary>Two runs side by side.</summary>
public static class Comparison
{
    public static IReadOnlyList<Compared> Of(RunReport before, RunReport after)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(after);
        var rows = new List<Compared>();
        Add("shoppers", run => run.Scenario.Shoppers);
        Add("sold", run => run.Audit.Sold);
        Add("violations", run => run.Audit.Violations.Count);
        Add("failed", run => run.Endings.Failed);
        Add("too slow", run => run.Endings.TooSlow);
        Add("seconds", run => run.Seconds);
        Add("requests", run => run.Costs.Requests);
        Add("crowd µs per request", run => run.Costs.CrowdMicrosecondsPerRequest);
        Add("edge µs per request", run => run.Costs.EdgeMicrosecondsPerRequest);
        Add("send lag: p99 ms", run => run.SendLag?.P99);
        foreach (var name in before.PeakMegabytes.Keys.Union(after.PeakMegabytes.Keys))
            Add($"{name}: most memory, MB", run => run.PeakMegabytes.TryGetValue(name, out var peak) ? peak : null);
        foreach (var step in before.Latencies.Concat(after.Latencies).Select(latency => latency.Step).Distinct())
        {
            Add($"{step}: p50 ms", run => Step(run)?.P50);
            Add($"{step}: p99 ms", run => Step(run)?.P99);
            Add($"{step}: p99.9 ms", run => Step(run)?.P999);

            Crowd.StepLatency? Step(RunReport run) => run.Latencies.FirstOrDefault(latency => latency.Step == step);
        }
        return rows;

        void Add(string what, Func<RunReport, double?> value) => rows.Add(new Compared(what, value(before), value(after)));
    }

    /// <summary>Why the two should not be compared as they are: other settings or another machine.</summary>
    public static IEnumerable<string> Differences(RunReport before, RunReport after)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(after);
        foreach (var (what, one, other) in new[]
        {
            ("scenario", before.Scenario.Name, after.Scenario.Name),
            ("shoppers", $"{before.Scenario.Shoppers}", $"{after.Scenario.Shoppers}"),
            ("units", $"{before.Scenario.Units}", $"{after.Scenario.Units}"),
            ("arrivals", before.Scenario.Arrivals.ToString(), after.Scenario.Arrivals.ToString()),
            ("seed", $"{before.Scenario.Seed}", $"{after.Scenario.Seed}"),
            ("rules", before.Scenario.Rules.ToString(), after.Scenario.Rules.ToString()),
            ("mix", Mix(before), Mix(after)),
            ("version", before.Version, after.Version),
            ("number of edges", $"{before.Target.Split(',').Length}", $"{after.Target.Split(',').Length}"),
            ("machine", before.Machine.ToString(), after.Machine.ToString()),
        })
        {
            if (one != other) yield return $"another {what}: {one} and {other}";
        }
    }

    private static string Mix(RunReport run) =>
        string.Join(", ", run.Scenario.Mix.Shares.Select(share => $"{share.Key} {share.Value}"));
}

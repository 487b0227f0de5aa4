namespace FlashSale.LoadTest.Reports;

/// <summary>What several runs saw of one sale, on one line of time: as good as their machines' clocks agree.</summary>
internal static class MergedTimeline
{
    public static IReadOnlyList<TimelineMoment> Of(IReadOnlyList<RunReport> runs, DateTimeOffset startedAt)
    {
        var seen = runs.Select((run, i) => run.Timeline
            .Select(moment => (At: (run.StartedAt - startedAt).TotalSeconds + moment.At, Moment: moment, Run: i)).ToArray()).ToArray();
        var times = seen.SelectMany(run => run).Select(look => look.At).Order().ToArray();
        var every = times.Length / Timeline.MostMoments + 1;
        var next = new int[runs.Count];
        var merged = new List<TimelineMoment>();
        for (var i = every - 1; i < times.Length; i += every)
        {
            var known = new List<(double At, TimelineMoment Moment, int Run)>();
            for (var run = 0; run < seen.Length; run++)
            {
                while (next[run] < seen[run].Length && seen[run][next[run]].At <= times[i]) next[run]++;
                if (next[run] > 0) known.Add(seen[run][next[run] - 1]);
            }
            merged.Add(Added(times[i], known));
        }
        return merged;
    }

    /// <summary>The crowds are added; of what the operators see the latest look counts.</summary>
    private static TimelineMoment Added(double at, List<(double At, TimelineMoment Moment, int Run)> known)
    {
        var latest = known.MaxBy(look => look.At).Moment;
        return latest with
        {
            At = Math.Round(at, 3),
            Joined = known.Sum(look => look.Moment.Joined),
            Here = known.Sum(look => look.Moment.Here),
            Called = known.Sum(look => look.Moment.Called),
            Requests = known.Sum(look => look.Moment.Requests),
            Polls = known.Sum(look => look.Moment.Polls),
            Intended = known.Sum(look => look.Moment.Intended),
            CrowdCpu = known.Sum(look => look.Moment.CrowdCpu),
            EdgeCpu = known.Max(look => look.Moment.EdgeCpu),
            Megabytes = known.SelectMany(look => look.Moment.Megabytes
                    .Select(process => (Name: MergedReport.NameOf(process.Key, look.Run), process.Value)))
                .GroupBy(process => process.Name).ToDictionary(same => same.Key, same => same.Max(process => process.Value)),
        };
    }
}

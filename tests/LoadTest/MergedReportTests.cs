using FlashSale.LoadTest.Clients;
using FlashSale.LoadTest.Crowd;
using FlashSale.LoadTest.Reports;
using FlashSale.LoadTest.Scenarios;

using Xunit;

namespace FlashSale.Tests.LoadTest;

/// <summary>Two machines' runs on one sale, as one.</summary>
public sealed class MergedReportTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Percentiles_are_those_of_the_added_histograms_as_they_were_written()
    {
        // 99 quick polls on one machine and 99 slow ones on the other: half of all are slow.
        var (one, other) = (Run(at: 0, bought: 60, pollMs: 10), Run(at: 5, bought: 40, pollMs: 1000));
        var folder = Directory.CreateTempSubdirectory("flashsale-merge-");
        await other.SaveAsync(folder.FullName, Cancel);
        var log = Path.Combine(folder.FullName, RunReport.LogFile);
        other = RunReport.FromJson(await File.ReadAllTextAsync(Path.Combine(folder.FullName, RunReport.JsonFile), Cancel)) with
        {
            Histograms = await LatencyLog.ReadAsync(log, Cancel),
        };
        folder.Delete(recursive: true);

        var merged = MergedReport.Of([one, other]);

        Assert.Empty(merged.Failures);
        var poll = merged.Latencies.Single(step => step.Step == JourneyStep.Poll);
        Assert.Equal((198, 10d, 1000d), (poll.Count, Math.Round(poll.P50), Math.Round(poll.P99)));
        Assert.Equal(2, merged.Latencies.Single(step => step.Step == JourneyStep.GiveBack).Count);
        Assert.Equal(2, merged.SendLag!.Count);
        Assert.Equal((100, 15d), (merged.Endings.Bought, merged.Seconds));
        Assert.Equal(4, Assert.Single(merged.Answers).Count);
    }

    [Fact]
    public void The_curves_are_added_where_they_are_the_crowds_and_not_where_they_are_the_sales()
    {
        var merged = MergedReport.Of([Run(at: 0, bought: 60, pollMs: 10), Run(at: 5, bought: 40, pollMs: 10)]);

        Assert.Equal([0, 5, 10, 15], merged.Timeline.Select(moment => moment.At));
        Assert.Equal([0, 0, 60, 100], merged.Timeline.Select(moment => moment.Joined));
        Assert.Equal([0, 0, 100, 100], merged.Timeline.Select(moment => moment.Sold));
        Assert.Equal(["crowd 1", "crowd 2"], merged.Timeline[^1].Megabytes.Keys);
    }

    [Fact]
    public void What_any_run_failed_by_and_what_none_could_know_fails_the_whole()
    {
        var failed = Run(at: 0, bought: 60, pollMs: 10) with { Failures = ["too late"] };

        Assert.Equal(
            ["run 1: too late", "90 shoppers of all runs were told that they had bought, the ledger says 100"],
            MergedReport.Of([failed, Run(at: 5, bought: 30, pollMs: 10)]).Failures);
    }

    [Fact]
    public void Runs_of_several_sales_or_without_histograms_are_refused()
    {
        var run = Run(at: 0, bought: 100, pollMs: 10);

        Assert.Throws<FormatException>(() => MergedReport.Of([run, run with { Sale = "another" }]));
        Assert.Throws<FormatException>(() => MergedReport.Of([run, run with { Histograms = new CrowdTally().Histograms().Take(0).ToDictionary() }]));
    }

    [Fact]
    public async Task The_same_run_twice_and_a_log_that_was_cut_short_or_is_another_runs_are_refused()
    {
        var (run, other) = (Run(at: 0, bought: 100, pollMs: 10), Run(at: 5, bought: 0, pollMs: 10));
        var folder = Directory.CreateTempSubdirectory("flashsale-merge-");
        await run.SaveAsync(folder.FullName, Cancel);
        var log = Path.Combine(folder.FullName, RunReport.LogFile);
        var lines = await File.ReadAllLinesAsync(log, Cancel);
        await File.WriteAllLinesAsync(log, lines.SkipLast(1), Cancel);
        var shorter = run with { Histograms = await LatencyLog.ReadAsync(log, Cancel) };
        folder.Delete(recursive: true);
        var more = new CrowdTally();
        for (var i = 0; i < 3; i++) more.Record(JourneyStep.Poll, TimeSpan.FromMilliseconds(1));

        Assert.Contains("is there twice", Refused(run, run with { }), StringComparison.Ordinal);
        Assert.Contains("other counts of", Refused(shorter, other), StringComparison.Ordinal);
        Assert.Contains("other counts of", Refused(run with { Histograms = more.Histograms() }, other), StringComparison.Ordinal);

        static string Refused(params RunReport[] runs) => Assert.Throws<FormatException>(() => MergedReport.Of(runs)).Message;
    }

    /// <summary>Whatever a file has in it, it is read or refused by a sentence.</summary>
    [Fact]
    public async Task A_log_that_is_broken_anywhere_is_refused_and_breaks_nothing()
    {
        var folder = Directory.CreateTempSubdirectory("flashsale-log-");
        await Run(at: 0, bought: 1, pollMs: 10).SaveAsync(folder.FullName, Cancel);
        var log = Path.Combine(folder.FullName, RunReport.LogFile);
        var whole = await File.ReadAllBytesAsync(log, Cancel);
        var random = new Random(23);
        var read = 0;
        for (var i = 0; i < 2_000; i++)
        {
            var bytes = whole.ToArray();
            if (i % 2 == 0) bytes = bytes[..random.Next(bytes.Length)];
            else bytes[random.Next(bytes.Length)] = (byte)random.Next(32, 127);
            await File.WriteAllBytesAsync(log, bytes, Cancel);
            try
            {
                await LatencyLog.ReadAsync(log, Cancel);
                read++;
            }
            catch (FormatException)
            {
                // A sentence that names the file.
            }
        }
        folder.Delete(recursive: true);

        Assert.InRange(read, 1, 1_999);
    }

    private static RunReport Run(int at, int bought, int pollMs)
    {
        var tally = new CrowdTally();
        for (var i = 0; i < 99; i++) tally.Record(JourneyStep.Poll, TimeSpan.FromMilliseconds(pollMs));
        tally.Record(JourneyStep.GiveBack, TimeSpan.FromMilliseconds(3));
        tally.RecordLag(TimeSpan.FromMilliseconds(1));
        tally.CountAnswer(JourneyStep.Poll, 503, "unavailable");
        tally.CountAnswer(JourneyStep.Poll, 503, "unavailable");
        var memory = new Dictionary<string, double> { [MeasuredProcesses.Crowd] = 100 };
        return new RunReport(
            ReadyScenarios.Smoke, "the-sale", "edge", DateTimeOffset.UnixEpoch.AddSeconds(at), 10,
            new MachineDescription("os", "cpu", 2, 4, ".NET"), new Endings(bought, 0, 0, 0, 0, 0), tally.Latencies(), tally.Answers,
            tally.Problems, 0, 0,
            [
                new TimelineMoment(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, memory),
                new TimelineMoment(10, bought, 0, bought, 99, 0, 0, 0, 100, 0, 1, 0, memory),
            ],
            new Fairness(bought, 0, 0, []), new Costs(99, 1, null, 100), new AuditAnswer(true, 100, 0, 0, 0, 100, []), [])
        {
            Histograms = tally.Histograms(),
            SendLag = tally.SendLag(),
        };
    }
}

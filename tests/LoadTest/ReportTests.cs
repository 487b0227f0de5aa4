using FlashSale.LoadTest.Clients;
using FlashSale.LoadTest.Crowd;
using FlashSale.LoadTest.Reports;
using FlashSale.LoadTest.Scenarios;

using Xunit;

namespace FlashSale.Tests.LoadTest;

public sealed class ReportTests
{
    [Fact]
    public void The_html_needs_no_other_file_and_shows_what_happened()
    {
        var html = HtmlReport.Write(Report() with { Failures = ["2 < 3 units"] });

        Assert.DoesNotContain("http:", html, StringComparison.Ordinal);
        Assert.DoesNotContain("https:", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", html, StringComparison.Ordinal);
        Assert.Contains("data:image/svg+xml;base64,", html, StringComparison.Ordinal);
        Assert.Contains("2 &lt; 3 units", html, StringComparison.Ordinal);
        Assert.Contains("slowDown", html, StringComparison.Ordinal);
    }

    [Fact]
    public void The_json_is_read_back_as_it_was_written()
    {
        var report = Report();

        Assert.Equal(report.ToJson(), RunReport.FromJson(report.ToJson()).ToJson());
    }

    [Fact]
    public void Every_picture_is_drawn() => Assert.Equal(
        ["The line", "The units", "Per second", "Processor", "Memory", "Admissions in the order of the tickets"],
        ReportPlots.Draw(Report()).Select(picture => picture.Title));

    [Fact]
    public async Task A_report_is_two_files()
    {
        var folder = Directory.CreateTempSubdirectory("flashsale-report-");
        await Report().SaveAsync(folder.FullName, TestContext.Current.CancellationToken);

        Assert.Equal(["report.html", "run.json"], folder.GetFiles().Select(file => file.Name).Order());
        folder.Delete(recursive: true);
    }

    [Fact]
    public void Two_runs_are_compared_step_by_step()
    {
        var after = Report() with { Latencies = [new StepLatency("join", 10, 2, 3, 8, 9, 9)], Seconds = 20 };

        var rows = Comparison.Of(Report(), after).ToDictionary(row => row.What);

        Assert.Equal(1, rows["seconds"].Change);
        Assert.Equal(1, rows["join: p99 ms"].Change);
        Assert.Empty(Comparison.Differences(Report(), after));
    }

    [Fact]
    public void Runs_of_different_settings_are_said_to_differ()
    {
        var other = Report() with { Scenario = ReadyScenarios.Smoke with { Shoppers = 7 } };

        Assert.Contains("shoppers", Assert.Single(Comparison.Differences(Report(), other)), StringComparison.Ordinal);
    }

    private static RunReport Report()
    {
        var tally = new CrowdTally();
        tally.Record(JourneyStep.Join, TimeSpan.FromMilliseconds(4));
        tally.CountAnswer(JourneyStep.Poll, 429, "slowDown");
        var memory = new Dictionary<string, double> { ["crowd"] = 100, ["gateway"] = 90 };
        TimelineMoment[] timeline =
        [
            new(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, memory), new(1, 9, 9, 2, 30, 7, 1, 1, 0, 0, 1.5, 1.2, memory),
            new(2, 10, 4, 5, 60, 3, 0, 1, 3, 1, 2, 1.4, memory),
        ];
        return new RunReport(
            ReadyScenarios.Smoke, "smoke-1", "http://here".Replace("http://", "", StringComparison.Ordinal),
            DateTimeOffset.UnixEpoch, 10, new MachineDescription("os", "cpu", 2, 4, ".NET"), new Endings(4, 5, 1, 0, 0, 0),
            [new StepLatency("join", 10, 1, 2, 4, 5, 6)], tally.Answers, new Dictionary<string, int> { ["late"] = 1 }, 0, 0,
            timeline, new Fairness(3, 0, 0, [new(1, 0, true), new(2, 1, true), new(3, 4, false)]),
            new Costs(60, 1, 0.4, 100), new AuditAnswer(true, 4, 0, 0, 0, 4, []), []);
    }
}

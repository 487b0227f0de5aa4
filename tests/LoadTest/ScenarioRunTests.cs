using FlashSale.LoadTest.Clients;
using FlashSale.LoadTest.Crowd;
using FlashSale.LoadTest.Reports;
using FlashSale.LoadTest.Scenarios;
using FlashSale.Tests.Support;

using Xunit;

namespace FlashSale.Tests.LoadTest;

/// <summary>Small scenarios against the whole system.</summary>
public sealed class ScenarioRunTests
{
    private static readonly Scenario s_small = new("small", "A test.", 40, 5)
    {
        Rules = new SaleRules(AdmitPerSecond: 20, ClaimSeconds: 10, PaySeconds: 10),
        Arrivals = Arrivals.Spike(TimeSpan.FromSeconds(1)),
        Limit = TimeSpan.FromMinutes(3),
        Expected = new Expectation { SellsOut = true },
    };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_crowd_buys_every_unit_and_everyone_else_is_told()
    {
        var report = await RunAsync(s_small);

        Assert.True(report.Passed, string.Join('\n', report.Failures.Concat(report.Problems.Keys)));
        Assert.Equal((5, 35, 0), (report.Endings.Bought, report.Endings.SoldOut, report.Endings.CutOff));
        Assert.Equal(5, report.Fairness.Judged);
        Assert.Equal(new ProviderTotals(5, 5, 0), report.Provider);
        Assert.Equal(40, report.Latencies.Single(step => step.Step == JourneyStep.Join).Count);
        Assert.True(report.Costs.Requests > 40 + (5 * 3));
    }

    [Fact]
    public async Task A_run_that_ends_with_the_last_unit_leaves_the_others_waiting()
    {
        var report = await RunAsync(s_small with
        {
            EndsWhenSold = true,
            Expected = new Expectation { SellsOut = true, EveryoneIsTold = false },
        });

        Assert.True(report.Passed, string.Join('\n', report.Failures.Concat(report.Problems.Keys)));
        Assert.Equal(40, report.Endings.Bought + report.Endings.SoldOut + report.Endings.CutOff);
        Assert.Equal(0, report.Fairness.PassedOver);
    }

    [Fact]
    public async Task A_missed_expectation_fails_the_run()
    {
        // This expectation alone: what a busy machine leaves unanswered is another.
        var report = await RunAsync(s_small with { Expected = new Expectation { EveryBuyerBuys = true, MostUnanswered = 1 } });

        Assert.Equal("35 shoppers left empty-handed, although there were units for all", Assert.Single(report.Failures));
    }

    [Fact]
    public async Task A_run_that_takes_too_long_fails()
    {
        var report = await RunAsync(s_small with
        {
            Shoppers = 1,
            Rules = s_small.Rules with { StartsAfter = TimeSpan.FromHours(1) },
            Limit = TimeSpan.FromSeconds(2),
        });

        Assert.Contains("not every shopper had come to an end", report.Failures[0], StringComparison.Ordinal);
        Assert.Equal(1, report.Endings.CutOff);
    }

    [Fact]
    public async Task A_run_that_is_stopped_reports_what_there_is()
    {
        using var stop = new CancellationTokenSource();
        var run = RunAsync(s_small with { Rules = s_small.Rules with { StartsAfter = TimeSpan.FromHours(1) } }, stop);

        var report = await run;

        Assert.Contains("the run was stopped before its end", report.Failures);
        Assert.Equal(40, report.Endings.CutOff);
        Assert.Equal(5, report.Audit.Inventory);
        Assert.NotEmpty(report.Latencies);
    }

    [Fact]
    public async Task Faults_whose_setting_is_cut_off_are_taken_back()
    {
        var system = await TestSystem.SharedAsync();
        await using var bad = await BadSimulator.StartAsync(hangs: false);
        bad.TakesBack = true;
        using var stop = new CancellationTokenSource();
        bad.Broken = stop.Cancel;
        using var edges = new EdgeClients($"{system.Edge.BaseAddress}");
        using var simulator = new SimulatorClient(bad.Url);
        var target = new RunTarget("the test system", edges, system.Operators, simulator, MeasuredProcesses.None);
        var faulty = s_small with { Faults = new Dictionary<string, double> { ["declined"] = 0.1 } };

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => new ScenarioRun(faulty, target, TimeProvider.System).RunAsync(stop.Token));

        Assert.True(bad.Asked.IsCompleted);
    }

    /// <param name="stop">Cancelled once everyone has joined.</param>
    private static async Task<RunReport> RunAsync(Scenario scenario, CancellationTokenSource? stop = null)
    {
        var system = await TestSystem.SharedAsync();
        using var edges = new EdgeClients($"{system.Edge.BaseAddress}");
        using var simulator = new SimulatorClient(system.SimulatorUrl);
        var target = new RunTarget("the test system", edges, system.Operators, simulator, MeasuredProcesses.None);
        var run = new ScenarioRun(scenario, target, TimeProvider.System);
        var report = run.RunAsync(stop?.Token ?? Cancel);
        if (stop is not null)
        {
            await WaitFor.TrueAsync(() => Task.FromResult(run.Tally.Joined == scenario.Shoppers), "everyone has joined");
            await stop.CancelAsync();
        }
        return await report;
    }
}

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
        Assert.Equal(40, report.Latencies.Single(step => step.Step == Step.Join).Count);
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
    }

    [Fact]
    public async Task A_missed_expectation_fails_the_run()
    {
        var report = await RunAsync(s_small with { Expected = new Expectation { EveryBuyerBuys = true } });

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

    private static async Task<RunReport> RunAsync(Scenario scenario)
    {
        var system = await TestSystem.SharedAsync();
        using var edges = new EdgeClients($"{system.Edge.BaseAddress}");
        var target = new RunTarget("the test system", edges, system.Operators, null, MeasuredProcesses.None);
        return await new ScenarioRun(scenario, target, TimeProvider.System).RunAsync(Cancel);
    }
}

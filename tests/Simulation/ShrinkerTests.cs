using FlashSale.Command.Simulate;
using FlashSale.Simulator;
using FlashSale.Simulator.Checking;
using FlashSale.Simulator.Shrinking;

using Xunit;

using SaleFact = FlashSale.Simulator.Fact;

namespace FlashSale.Tests.Simulation;

/// <summary>A scenario that fails is made small, and told in lines that a person reads.</summary>
public sealed class ShrinkerTests
{
    private static readonly Violation s_planted = new(3, "planted", [new SaleFact.EpochBegan(5000, 1)]);

    [Fact]
    public void Only_what_the_failure_needs_is_left()
    {
        var scenario = ScenarioSource.Draw(1) with { Faults = [.. Faults(12)], Changes = [] };
        var shrinker = new Shrinker(
            one => one.Faults.Any(fault => fault.Target == 3) && one.Faults.Any(fault => fault.Target == 10)
                && one.Shoppers.Any(shopper => shopper.Shopper == 7) ? [s_planted] : [], maxRuns: 500, TimeSpan.FromMinutes(1));

        var small = shrinker.Shrink(new Failing(scenario, s_planted)).Scenario;
        Assert.Equal([3, 10], small.Faults.Select(fault => fault.Target));
        Assert.Equal([7], small.Shoppers.Select(shopper => shopper.Shopper));
        Assert.All(small.Faults, fault => Assert.Equal(0, fault.ForMs));
        Assert.Equal(Habit.Obedient, small.Shoppers[0].Habit);
        Assert.All(small.ClockErrorsMs, error => Assert.Equal(0, error));
    }

    [Fact]
    public void Another_invariant_is_another_failure()
    {
        var scenario = ScenarioSource.Draw(1);
        var shrinker = new Shrinker(_ => [s_planted with { Invariant = 1 }], maxRuns: 50, TimeSpan.FromMinutes(1));
        Assert.Same(scenario, shrinker.Shrink(new Failing(scenario, s_planted)).Scenario);
    }

    [Fact]
    public void A_sale_that_does_not_come_to_rest_is_given_no_less_time()
    {
        var scenario = ScenarioSource.Draw(1);
        Violation restless = new(JudgedSale.NoRest, "planted", [new SaleFact.EpochBegan(5000, 1)]);
        var shrinker = new Shrinker(
            one => one.EndAt < scenario.EndAt || one.Shoppers.Any(shopper => shopper.Shopper == 7) ? [restless] : [],
            maxRuns: 500, TimeSpan.FromMinutes(1));

        var small = shrinker.Shrink(new Failing(scenario, restless)).Scenario;
        Assert.Equal((scenario.CalmAt, scenario.EndAt), (small.CalmAt, small.EndAt));
        Assert.Equal([7], small.Shoppers.Select(shopper => shopper.Shopper));
    }

    [Fact]
    public void It_ends_when_it_has_run_often_enough()
    {
        var shrinker = new Shrinker(_ => [s_planted], maxRuns: 3, TimeSpan.FromMinutes(1));
        shrinker.Shrink(new Failing(ScenarioSource.Draw(1), s_planted));
        Assert.Equal(3, shrinker.Runs);
    }

    [Fact]
    public void A_replayed_sale_that_fails_is_told_in_a_short_trace()
    {
        var told = new StringWriter();
        Assert.Equal(1, SimulateCommand.Replay(seed: 1, sale: 2, Misjudged, told));

        var text = told.ToString();
        Assert.Contains("VIOLATION in sale 2 of invariant 1: unit ", text, StringComparison.Ordinal);
        Assert.Contains("runs later: 1 of ", text, StringComparison.Ordinal);
        Assert.Contains(" shoppers, 0 of ", text, StringComparison.Ordinal);
        Assert.Matches(@"\n> +\d+\.\d\d\d s  room \d +admits number 999 \(rank 999\) to unit \d+ until", text);
        Assert.True(text.Split('\n').Length < 40, text);
    }

    [Fact]
    public void A_replayed_sale_that_is_well_says_so()
    {
        var told = new StringWriter();
        Assert.Equal(0, SimulateCommand.Replay(seed: 1, sale: 2, JudgedSale.Of, told));
        Assert.Contains("verdict: 0 violations", told.ToString(), StringComparison.Ordinal);
    }

    /// <summary>As if the first unit that was claimed had been given to somebody else as well.</summary>
    private static JudgedSale Misjudged(Scenario scenario)
    {
        var run = SimulatedSale.Run(scenario);
        List<SaleFact> facts = [.. run.Facts];
        var at = facts.FindIndex(fact => fact is SaleFact.Claimed);
        if (at >= 0)
        {
            var given = facts.OfType<SaleFact.Admitted>().First(one => one.Place == ((SaleFact.Claimed)facts[at]).Place);
            facts.Insert(at + 1, given with { At = facts[at].At, Place = given.Place with { Number = 999 }, Rank = 999 });
        }

        run = run with { Facts = facts };
        return new JudgedSale(run, Checker.Check(Rules.Of(scenario, run.EndedAt), facts));
    }

    private static IEnumerable<FaultPlan> Faults(int count) =>
        Enumerable.Range(0, count).Select(i => new FaultPlan(FaultKind.EdgePauses, 1000 + i, 500, i));
}

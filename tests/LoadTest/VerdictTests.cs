using FlashSale.LoadTest.Clients;
using FlashSale.LoadTest.Crowd;
using FlashSale.LoadTest.Reports;
using FlashSale.LoadTest.Scenarios;

using Xunit;

namespace FlashSale.Tests.LoadTest;

public sealed class VerdictTests
{
    private static readonly Endings s_good = new(10, 40, 0, 0, 0, 0);

    [Fact]
    public void A_run_as_it_should_be_has_no_failures() => Assert.Empty(Judge(new() { SellsOut = true }, s_good));

    [Fact]
    public void An_answer_that_should_not_be_fails_it() => Assert.Single(Judge(new(), s_good with { Failed = 1 }));

    [Fact]
    public void An_unsold_unit_fails_a_scenario_that_sells_out() => Assert.Single(
        Judge(new() { SellsOut = true }, s_good with { Bought = 9 }, sold: 9));

    [Fact]
    public void Invariant1_A_shopper_who_was_told_of_a_unit_that_the_ledger_has_not_sold_fails_it() =>
        Assert.Single(Judge(new(), s_good with { Bought = 11 }));

    [Fact]
    public void Someone_cut_off_may_have_bought_unknowingly_where_the_run_ends_early() => Assert.Empty(
        Judge(new() { EveryoneIsTold = false }, s_good with { Bought = 9, CutOff = 1 }));

    [Fact]
    public void Someone_empty_handed_fails_a_scenario_with_units_for_all() =>
        Assert.Single(Judge(new() { EveryBuyerBuys = true }, s_good));

    [Fact]
    public void Units_that_never_come_back_fail_a_scenario_of_recycling() =>
        Assert.Single(Judge(new() { LeastReturned = 0.5 }, s_good));

    [Fact]
    public void A_service_that_keeps_growing_fails_a_soak() =>
        Assert.Single(Judge(new() { MostGrowth = 0.2 }, s_good, memory: at => 100 + at * 3));

    [Fact]
    public void A_service_that_grows_only_at_first_passes_a_soak() =>
        Assert.Empty(Judge(new() { MostGrowth = 0.2 }, s_good, memory: at => 100 + Math.Min(at, 20) * 10));

    [Fact]
    public void Several_crowds_of_one_sale_are_not_judged_by_its_numbers() =>
        Assert.Empty(Judge(new() { SellsOut = true }, s_good with { Bought = 3 }, sold: 9, alone: false));

    [Fact]
    public void Every_ready_scenario_is_sound() => Assert.All(ReadyScenarios.All, scenario =>
    {
        Assert.Same(scenario, ReadyScenarios.Find(scenario.Name));
        Assert.InRange(scenario.Mix.Shares.Values.Sum(), 0, 1);
        Assert.True(scenario.Limit > scenario.Arrivals.Over);
        Assert.True(!scenario.Expected.EveryBuyerBuys || scenario.Units >= scenario.Shoppers);
    });

    [Fact]
    public void Payments_break_in_every_way_that_the_simulator_can() =>
        Assert.Equal(FlashSale.PaymentSimulator.Faults.Fault.All.Order(), ReadyScenarios.PaymentFaults().Keys.Order());

    private static IEnumerable<string> Judge(
        Expectation expected, Endings endings, int sold = 10, bool alone = true, Func<int, double>? memory = null)
    {
        var scenario = new Scenario("test", "", 50, 10) { Expected = expected };
        var timeline = Enumerable.Range(0, 100).Select(at => new Moment(
            at, 50, 0, 10, 100, 0, 0, 0, sold, 0, 1, 1,
            new Dictionary<string, double> { ["gateway"] = memory?.Invoke(at) ?? 100 })).ToArray();
        return Verdict.Judge(
            scenario, new Tally(), endings, new AuditAnswer(true, 10, 10 - sold, 0, 0, sold, []), timeline, alone);
    }
}

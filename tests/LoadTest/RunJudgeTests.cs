using FlashSale.LoadTest.Chaos;
using FlashSale.LoadTest.Clients;
using FlashSale.LoadTest.Crowd;
using FlashSale.LoadTest.Reports;
using FlashSale.LoadTest.Scenarios;

using Xunit;

using Fault = FlashSale.PaymentSimulator.Faults.Fault;

namespace FlashSale.Tests.LoadTest;

public sealed class RunJudgeTests
{
    private static readonly Endings s_good = new(10, 40, 0, 0, 0, 0);

    [Fact]
    public void A_run_as_it_should_be_has_no_failures() => Assert.Empty(Judge(new() { SellsOut = true }, s_good));

    [Fact]
    public void An_answer_that_should_not_be_fails_it() => Assert.Single(Judge(new(), s_good with { Failed = 1 }));

    [Fact]
    public void A_run_to_which_nobody_came_fails() => Assert.Equal(
        "no shopper came to any end: nothing was tried",
        Assert.Single(Judge(new(), new(0, 0, 0, 0, 0, 0), sold: 0)));

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
    public void Payments_break_in_every_way_that_the_simulator_can()
    {
        // Nobody in these scenarios asks for the money back.
        string[] ofRefunds = [Fault.RefundPends, Fault.RefundFailsLate];
        Assert.Equal(Fault.All.Except(ofRefunds).Order(), ReadyScenarios.PaymentFaults().Keys.Order());
    }

    [Fact]
    public void Shoppers_who_lose_every_place_fail_a_run_even_with_units_for_all() => Assert.Single(
        Judge(new() { EveryBuyerBuys = true }, new(0, 0, 0, TooSlow: 50, 0, 0), sold: 0));

    [Fact]
    public void A_few_who_are_too_slow_are_allowed_as_the_scenario_says() =>
        Assert.Empty(Judge(new() { MostTooSlow = 0.02 }, s_good with { SoldOut = 39, TooSlow = 1 }));

    [Fact]
    public void Invariant6_A_unit_that_does_not_come_to_rest_fails_it() =>
        Assert.Single(Judge(new(), s_good, audit: Audit(10) with { Held = 1 }));

    [Fact]
    public void Invariant5_A_payment_without_an_end_fails_it() => Assert.Single(
        Judge(new(), s_good, payments: [.. Paid(10), new ProviderRow("r11", 0, 0, Authorised: true, Voided: false)]));

    [Fact]
    public void Invariant5_Net_captures_that_are_not_the_sold_units_fail_it()
    {
        Assert.Single(Judge(new(), s_good, payments: Paid(11)));
        Assert.Empty(Judge(new(), s_good, payments: [.. Paid(10), new ProviderRow("r11", 999, 999, true, false)]));
    }

    [Fact]
    public void An_audit_that_could_not_be_had_fails_it() => Assert.Single(
        RunJudge.Audit(new SaleEnd(null, null) { Missing = "no answer" }, alone: true));

    [Fact]
    public void Parts_that_the_audit_did_not_see_fail_it() => Assert.Equal(
        2, Judge(new(), s_good, audit: new AuditAnswer(true, 10, 0, 0, 0, 10, [])).Count());

    [Fact]
    public void Shoppers_who_do_as_told_are_never_slowed_down()
    {
        var tally = new CrowdTally();
        tally.CountRequests(JourneyStep.Poll, 1000);
        tally.CountAnswer(JourneyStep.Poll, 429, "slowDown");

        Assert.Single(Judge(new(), s_good, tally: tally));
    }

    [Fact]
    public void More_missing_answers_than_a_small_share_fail_a_scenario_that_breaks_nothing()
    {
        var tally = new CrowdTally();
        tally.CountRequests(JourneyStep.Poll, 100);
        tally.CountAnswer(JourneyStep.Poll, 0, "no answer");

        Assert.Single(Judge(new(), s_good, tally: tally));
        Assert.Empty(Judge(new() { MostUnanswered = 1 }, s_good, tally: tally));
    }

    [Fact]
    public void A_line_that_no_browser_would_have_waited_for_fails_it()
    {
        var tally = new CrowdTally();
        tally.Record(JourneyStep.Join, TimeSpan.FromSeconds(11));

        Assert.Single(Judge(new(), s_good, tally: tally));
    }

    [Fact]
    public void Bots_that_buy_more_than_their_share_fail_it()
    {
        var tally = new CrowdTally();
        tally.CountBot(refused: true);
        for (var i = 0; i < 4; i++) tally.CountBotPurchase();

        Assert.Single(Judge(new(), s_good, tally: tally));
    }

    [Fact]
    public void A_process_that_has_ended_fails_it() =>
        Assert.Single(Judge(new(), s_good, memory: at => at < 90 ? 100 : null));

    [Fact]
    public void A_service_that_is_gone_at_the_end_is_judged_for_its_growth_all_the_same() =>
        Assert.Equal(2, Judge(new() { MostGrowth = 0.1 }, s_good, memory: at => at < 90 ? 100 + at * 3 : null).Count());

    [Fact]
    public void A_shuffled_sale_is_not_judged_as_first_come_first_served()
    {
        var tally = new CrowdTally();
        tally.Admit(new SeenAdmission(1, 1, DateTimeOffset.UnixEpoch.AddSeconds(9), Stayed: true));
        tally.Admit(new SeenAdmission(2, 2, DateTimeOffset.UnixEpoch, Stayed: true));

        Assert.Single(Judge(new(), s_good, tally: tally));
        Assert.Empty(Judge(new(), s_good, tally: tally, inOrder: false));
    }

    private static AuditAnswer Audit(int sold) => new(true, 10, 10 - sold, 0, 0, sold, [])
    {
        Line = new LineAnswer(50, 10, 0, null),
        Provider = true,
    };

    private static ProviderRow[] Paid(int payments) =>
        [.. Enumerable.Range(1, payments).Select(i => new ProviderRow($"r{i}", 999, 0, Authorised: true, Voided: false))];

    private static IEnumerable<string> Judge(
        Expectation expected, Endings endings, int sold = 10, bool alone = true, Func<int, double?>? memory = null,
        CrowdTally? tally = null, bool inOrder = true, AuditAnswer? audit = null, IReadOnlyList<ProviderRow>? payments = null)
    {
        var scenario = new Scenario("test", "", 50, 10) { Expected = expected };
        var timeline = Enumerable.Range(0, 100).Select(at => new TimelineMoment(
            at, 50, 0, 10, 100, 0, 0, 0, sold, 0, 1, 1, Memory(memory is null ? 100 : memory(at)))).ToArray();
        return RunJudge.Judge(scenario, new RunEvidence(
            tally ?? new CrowdTally(), endings, new SaleEnd(audit ?? Audit(sold), payments), timeline, alone, inOrder));
    }

    private static Dictionary<string, double> Memory(double? gateway) =>
        gateway is { } size ? new() { ["gateway"] = size } : [];
}

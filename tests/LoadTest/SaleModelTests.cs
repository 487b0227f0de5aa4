using FlashSale.LoadTest.Plan;
using FlashSale.LoadTest.Scenarios;

using Xunit;

namespace FlashSale.Tests.LoadTest;

public sealed class SaleModelTests
{
    private static readonly PlanOptions s_sale = new()
    {
        Shoppers = 20_000,
        Units = 500,
        Arrivals = Arrivals.Constant(TimeSpan.FromSeconds(20)),
        Before = TimeSpan.FromSeconds(20),
        AdmitPerSecond = 50,
        ClaimSeconds = 20,
        PaySeconds = 30,
        GraceSeconds = 1,
        NoShow = 0,
        NeverPay = 0,
        ThinkSeconds = 0,
        Edges = 1,
    };

    private static readonly PlanCosts s_costs = new()
    {
        PollsPerCore = 30_000,
        JoinsPerCore = 20_000,
        PagesPerCore = 30_000,
        GatedPerCore = 10_000,
        LedgerMs = 1,
        CheckoutMs = 1,
        RedisBytes = 80,
    };

    [Fact]
    public void A_sale_where_everyone_pays_at_once_lasts_as_long_as_the_admissions()
    {
        var outcome = new SaleModel(s_sale).Run();
        Assert.InRange(outcome.SoldOutAt!.Value, 500 / 50 - 1, 500 / 50 + 5);
        Assert.Equal(500, outcome.Timeline.Sum(second => second.Admissions));
    }

    [Fact]
    public void A_unit_that_is_not_paid_costs_a_round_of_the_time_to_pay()
    {
        var outcome = new SaleModel(s_sale with { NeverPay = 0.3 }).Run();
        Assert.InRange(outcome.SoldOutAt!.Value, 500 / 50 + 3 * 31, 500 / 50 + 12 * 36);
        Assert.Equal(500 + outcome.Timeline.Sum(second => second.Returned), outcome.Timeline.Sum(second => second.Admissions));
    }

    [Fact]
    public void Who_is_away_is_passed_over_and_costs_no_unit()
    {
        var outcome = new SaleModel(s_sale with { Away = 0.5 }).Run();
        Assert.Equal(500, outcome.Timeline.Sum(second => second.Admissions));
        Assert.InRange(20_000 - outcome.Timeline[^1].Waiting, 800, 1_200);
    }

    [Fact]
    public void With_fewer_shoppers_than_units_the_line_runs_dry_and_nothing_sells_out() =>
        Assert.Null(new SaleModel(s_sale with { Shoppers = 100 }).Run().SoldOutAt);

    [Theory]
    [InlineData(20_000, 1_000)]
    [InlineData(1_000_000, 1_000)]
    [InlineData(1_000_000, 5_000)]
    public void A_full_line_polls_below_the_budget(int shoppers, int budget)
    {
        var outcome = new SaleModel(s_sale with
        {
            Shoppers = shoppers,
            Units = 10_000,
            AdmitPerSecond = 100,
            PollsPerEdge = budget,
        }).Run();
        var full = outcome.Timeline.Where(second => second.At is >= 10 and < 100).ToArray();
        Assert.InRange(full.Average(second => second.Polls), 1, budget);
        // The busiest ten seconds of the few thousand who are followed: chance adds some.
        Assert.InRange(ModelOutcome.Busiest(full), 1, 1.3 * budget);
    }

    [Fact]
    public void Connections_are_those_heard_within_the_idle_time_and_never_more_than_have_come()
    {
        var outcome = new SaleModel(s_sale).Run();
        Assert.InRange(outcome.PeakConnections, 0.95 * s_sale.Shoppers, s_sale.Shoppers);
        var forgetful = new SaleModel(s_sale with { IdleSeconds = 1, Shoppers = 1_000_000 }).Run();
        Assert.InRange(forgetful.PeakConnections, 1, 200_000);
    }

    [Fact]
    public void Joins_and_connections_size_the_fleet()
    {
        var crowd = s_sale with { Shoppers = 1_000_000, Edges = 0 };
        var one = Forecast.Of(crowd with { ConnectionsPerEdge = 0 }, s_costs, new PlanPrices());
        var held = Forecast.Of(crowd with { ConnectionsPerEdge = 50_000 }, s_costs, new PlanPrices());
        Assert.InRange(one.Edges, 4, 6);
        Assert.InRange(held.Edges, 15, 21);
        Assert.True(held.Cost > one.Cost);
    }

    [Fact]
    public void Edges_that_cannot_answer_their_own_budget_are_never_enough() => Assert.Throws<FormatException>(
        () => Forecast.Of(s_sale with { Edges = 0, Shoppers = 5_000_000, PollsPerEdge = 200_000 },
            s_costs with { PollsPerCore = 100 }, new PlanPrices()));

    [Fact]
    public void The_same_seed_makes_the_same_forecast() => Assert.Equal(
        Forecast.Of(s_sale with { NeverPay = 0.1 }, s_costs, new PlanPrices()).Outcome.SoldOutAt,
        Forecast.Of(s_sale with { NeverPay = 0.1 }, s_costs, new PlanPrices()).Outcome.SoldOutAt);
}

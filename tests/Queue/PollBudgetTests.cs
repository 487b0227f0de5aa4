using FlashSale.Queue;

using Xunit;

namespace FlashSale.Tests.Queue;

public sealed class PollBudgetTests
{
    [Theory]
    [InlineData(100, 5000, 120)]
    [InlineData(10_000, 5000, 120)]
    [InlineData(100_000, 5000, 20)]
    [InlineData(1_000_000, 5000, 1)]
    [InlineData(200_000, 500, 120)]
    [InlineData(3_000, 10, 20)]
    public void All_polls_together_stay_under_the_budget(int waiting, int budget, int claim)
    {
        var (random, polls) = (new Random(1), new PollBudget(waiting, 2000, budget, 60, claimSeconds: claim));
        var rate = Enumerable.Range(0, waiting).Sum(ahead => 1000.0 / polls.NextPollMs(ahead, 0, random.NextDouble()));
        Assert.InRange(rate, 0, budget);
    }

    [Theory]
    [InlineData(10)]
    [InlineData(1_000_000)]
    public void When_the_sale_is_over_nobody_polls_more_often_than_every_half_a_minute_and_all_stay_under_the_budget(int waiting)
    {
        var polls = new PollBudget(waiting, 2000, 5000, 60, claimSeconds: 20, isOver: true);
        var rate = Enumerable.Range(0, waiting).Sum(ahead => 1000.0 / polls.NextPollMs(ahead, 0, 0));
        Assert.InRange(rate, 0, 5000);
        Assert.InRange(polls.NextPollMs(0, 0, 0), 30_000, 40_000);
        Assert.True(polls.LongestMs(0, 0) > TurnTimes.ReachMs(20), "Redis takes note of whom it tells so");
    }

    [Fact]
    public void The_opening_second_is_no_spike()
    {
        // Everyone polls for two minutes around the start; each second's polls are counted.
        const int Waiting = 50_000, Budget = 2000, StartMs = 60_000, Seconds = 120;
        var random = new Random(2);
        var (budget, polls) = (new PollBudget(Waiting, 2000, Budget, 60, 120), new int[Seconds]);
        for (var ahead = 0; ahead < Waiting; ahead++)
        {
            var first = budget.NextPollMs(ahead, StartMs, random.NextDouble());
            for (var at = random.NextDouble() * first; at < Seconds * 1000;)
            {
                polls[(int)(at / 1000)]++;
                at += budget.NextPollMs(ahead, (long)(StartMs - at), random.NextDouble());
            }
        }

        Assert.InRange(polls.Max(), 1, Budget);
        Assert.InRange(polls[60], 0, Budget);
    }

    [Fact]
    public void Nearer_the_head_is_sooner_and_within_the_horizon_twice_in_the_presence_time()
    {
        var polls = new PollBudget(200_000, 2000, 5000, 60, 120);
        var intervals = new long[] { 0, 1000, 10_000, 100_000 }.Select(ahead => polls.NextPollMs(ahead, 0, 0)).ToList();
        Assert.Equal(intervals.Order(), intervals);
        Assert.True(intervals[0] < intervals[3]);
        for (var presence = 1; presence < 100; presence++)
            Assert.InRange(
                new PollBudget(200_000, 2000, 20_000_000, presence, 120).NextPollMs(1999, 0, 0.99), 200, presence * 500);
    }

    [Theory]
    [InlineData(120, 10)]
    [InlineData(20, 10)]
    [InlineData(20, 5000)]
    [InlineData(1, 100)]
    public void Invariant9_The_nearest_poll_within_the_reach_of_a_call_however_small_the_budget(int claim, int budget)
    {
        var polls = new PollBudget(3000, 500, budget, 60, claim);
        Assert.InRange(polls.LongestMs(0, 0), 200, TurnTimes.ReachMs(claim));
        Assert.True(polls.LongestMs(0, 0) >= polls.NextPollMs(0, 0, 0.999));
        Assert.True(polls.LongestMs(400, 30_000) >= polls.NextPollMs(400, 30_000, 0.999));
    }

    [Fact]
    public void Before_a_shuffle_everyone_shares_the_budget_alike() => Assert.InRange(
        1_000_000 * 1000.0 / new PollBudget(1_000_000, 2000, 5000, 60, 120).NextPollMs(-1, 3_600_000, 0), 1, 5000);
}

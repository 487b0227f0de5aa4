using FlashSale.Queue;

using Xunit;

namespace FlashSale.Tests.Queue;

public sealed class PollBudgetTests
{
    [Theory]
    [InlineData(100, 5000)]
    [InlineData(10_000, 5000)]
    [InlineData(100_000, 5000)]
    [InlineData(1_000_000, 5000)]
    [InlineData(200_000, 500)]
    public void All_polls_together_stay_under_the_budget(int waiting, int budget)
    {
        var random = new Random(1);
        var rate = Enumerable.Range(0, waiting).Sum(
            ahead => 1000.0 / PollBudget.NextPollMs(waiting, ahead, 2000, budget, 60, 0, random.NextDouble()));
        Assert.InRange(rate, 0, budget);
    }

    [Fact]
    public void The_opening_second_is_no_spike()
    {
        // Everyone polls for two minutes around the start; each second's polls are counted.
        const int Waiting = 50_000, Budget = 2000, StartMs = 60_000, Seconds = 120;
        var random = new Random(2);
        var polls = new int[Seconds];
        for (var ahead = 0; ahead < Waiting; ahead++)
        {
            var first = PollBudget.NextPollMs(Waiting, ahead, 2000, Budget, 60, StartMs, random.NextDouble());
            for (var at = random.NextDouble() * first; at < Seconds * 1000;)
            {
                polls[(int)(at / 1000)]++;
                at += PollBudget.NextPollMs(Waiting, ahead, 2000, Budget, 60, (long)(StartMs - at), random.NextDouble());
            }
        }

        Assert.InRange(polls.Max(), 1, Budget);
        Assert.InRange(polls[60], 0, Budget);
    }

    [Fact]
    public void Nearer_the_head_is_sooner_and_within_the_horizon_twice_in_the_presence_time()
    {
        var intervals = new long[] { 0, 1000, 10_000, 100_000 }
            .Select(ahead => PollBudget.NextPollMs(200_000, ahead, 2000, 5000, 60, 0, 0)).ToList();
        Assert.Equal(intervals.Order(), intervals);
        Assert.True(intervals[0] < intervals[3]);
        for (var presence = 1; presence < 100; presence++)
            Assert.InRange(PollBudget.NextPollMs(1_000_000, 1999, 2000, 100, presence, 0, 0.99), 200, presence * 500);
    }

    [Fact]
    public void Before_a_shuffle_everyone_shares_the_budget_alike() =>
        Assert.InRange(1_000_000 * 1000.0 / PollBudget.NextPollMs(1_000_000, -1, 2000, 5000, 60, 3_600_000, 0), 1, 5000);
}

using CsCheck;

using FlashSale.Calling;

using Xunit;

namespace FlashSale.Tests.Calling;

public sealed class RateBudgetTests
{
    [Theory]
    [InlineData(0, 0)]
    [InlineData(199, 0)]
    [InlineData(200, 1)]
    [InlineData(650, 3)]
    [InlineData(1000, 5)]
    [InlineData(3_600_000, 5)]
    public void What_was_spent_comes_back_with_time_and_never_more_than_a_second_of_it(int ms, int available)
    {
        var budget = RateBudget.Full(default).Fill(default, 5);
        Assert.Equal(5, budget.Available);
        Assert.Equal(available, budget.Spend(5).Fill(TimeSpan.FromMilliseconds(ms), 5).Available);
    }

    [Fact]
    public void A_lower_rate_takes_back_at_once_what_was_saved() =>
        Assert.Equal(3, RateBudget.Full(default).Fill(default, 200).Fill(default, 3).Available);

    [Fact]
    public void Spent_at_the_time_of_the_last_look_it_still_counts_for_the_rate_that_is_told()
    {
        var at = TimeSpan.FromSeconds(1);
        var budget = RateBudget.Full(default).Fill(at, 100).Spend(50).Fill(at, 100).Fill(2 * at, 100);
        Assert.True(budget.PerSecond > 1, $"{budget.PerSecond}");
    }

    [Fact]
    public void The_rate_that_is_told_is_about_that_of_the_last_ten_seconds()
    {
        var (budget, at) = (RateBudget.Full(default), TimeSpan.Zero);
        for (var i = 0; i < 600; i++) budget = budget.Fill(at += TimeSpan.FromMilliseconds(100), 100).Spend(1);
        Assert.InRange(budget.PerSecond, 9, 10.1);
        for (var i = 0; i < 100; i++) budget = budget.Fill(at += TimeSpan.FromMilliseconds(100), 100);
        Assert.InRange(budget.PerSecond, 3, 4.5);
        for (var i = 0; i < 500; i++) budget = budget.Fill(at += TimeSpan.FromMilliseconds(100), 100);
        Assert.InRange(budget.PerSecond, 0, 0.1);
    }

    [Fact]
    public void In_any_time_no_more_is_given_than_the_rate_allows_and_one_second_of_it() =>
        Gen.Select(Gen.Int[1, 50], Gen.Select(Gen.Int[0, 900], Gen.Int[0, 80]).Array[1, 60]).Sample((rate, looks) =>
        {
            var (budget, at) = (RateBudget.Full(default), TimeSpan.Zero);
            var given = new List<(double At, int Count)>();
            foreach (var (ms, wanted) in looks)
            {
                budget = budget.Fill(at += TimeSpan.FromMilliseconds(ms), rate);
                var count = Math.Min(wanted, budget.Available);
                budget = budget.Spend(count);
                given.Add((at.TotalSeconds, count));
            }

            for (var from = 0; from < given.Count; from++)
            {
                var sum = 0;
                foreach (var (seconds, count) in given.Skip(from))
                {
                    sum += count;
                    Assert.True(sum <= rate * (seconds - given[from].At + 1) + 1e-6, $"{sum} from {given[from].At} to {seconds} s");
                }
            }
        }, iter: 500);
}

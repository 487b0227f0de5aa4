using FlashSale.LoadTest.Bench;

using Xunit;

namespace FlashSale.Tests.LoadTest;

public sealed class PollLimitTests
{
    [Theory]
    [InlineData(1_000, 1)]
    [InlineData(10_000, 3)]
    [InlineData(11_000, 3)]
    public void No_ticket_in_rotation_polls_more_often_than_an_edge_lets_it(int tickets, int seconds)
    {
        var (round, rest) = PollLimit.Keep(tickets, TimeSpan.FromSeconds(3));
        Assert.Equal(seconds, round.TotalSeconds);

        // As the edge counts: each poll adds one, each second takes ten away, and 200 are too many.
        double level = 0;
        for (var i = 0; i < 10; i++)
        {
            level += PollLimit.MostPerSecond / tickets * round.TotalSeconds;
            Assert.InRange(level, 0, 200);
            level = Math.Max(0, level - 10 * (round + rest).TotalSeconds);
        }

        Assert.Equal(0, level, 3);
    }
}

using FlashSale.Queue;

using Xunit;

namespace FlashSale.Tests.Queue;

public sealed class PresenceReporterTests
{
    /// <summary>With a presence time of 8 s.</summary>
    [Theory]
    [InlineData(1000, 900, false)]
    [InlineData(100, 900, false)]
    [InlineData(100, 1000, true)]
    [InlineData(1100, 1000, true)]
    [InlineData(5000, 1000, false)]
    public void Who_was_seen_since_is_told_of_again_after_a_part_of_the_presence_time(long ageMs, long toldMsAgo, bool isNews) =>
        Assert.Equal(isNews, PresenceReporter.IsNews(ageMs, toldMsAgo, presenceMs: 8000));

    /// <summary>A poll that waits for its answer is told of as one that may come back at once.</summary>
    [Theory]
    [InlineData(500, 200, 9000, 0, true)]
    [InlineData(200, 200, 9000, 0, true)]
    [InlineData(500, 200, 0, 0, false)]
    [InlineData(500, 200, 9000, 9000, false)]
    [InlineData(500, 200, 0, 9000, false)]
    [InlineData(100, 900, 9000, 0, false)]
    public void How_long_a_poll_was_told_to_stay_away_is_told_as_soon_as_it_was_answered(
        long ageMs, long toldMsAgo, long stayMs, long stayToldMs, bool isAnswered) =>
        Assert.Equal(isAnswered, PresenceReporter.IsAnswered(ageMs, toldMsAgo, stayMs, stayToldMs));
}

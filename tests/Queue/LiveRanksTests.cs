using System.Text.Json;

using FlashSale.Queue;

using Xunit;

namespace FlashSale.Tests.Queue;

/// <summary>How many people are ahead, when many of the numbers given are nobody's any more.</summary>
public sealed class LiveRanksTests
{
    [Theory]
    [InlineData(100, 1.0)]
    [InlineData(30_000, 0.1)]
    [InlineData(1_000_000, 0.1)]
    [InlineData(1_000_000, 1.0)]
    public void Whoever_is_ahead_is_told_exactly_near_the_head_and_to_a_tenth_elsewhere(int numbers, double share)
    {
        var random = new Random(5);
        const int Head = 13;
        var (bits, before) = (new byte[numbers / 8 + 1], new int[numbers + 2]);
        for (var rank = 1; rank <= numbers; rank++)
        {
            // Those who are gone are so in patches.
            var isThere = random.NextDouble() < (rank / 500 % 3 == 0 ? share / 4 : share);
            if (isThere) bits[rank / 8] |= (byte)(0x80 >> rank % 8);
            before[rank + 1] = before[rank] + (isThere && rank > Head ? 1 : 0);
        }

        var live = LiveRanks.Count(bits.AsSpan((Head + 1) / 8), (Head + 1) / 8, Head, numbers);
        Assert.Equal(before[numbers + 1], live.Total);
        for (var rank = Head + 1; rank <= numbers; rank += 1 + rank / 1000)
        {
            var (told, truly) = (live.Between(Head, rank - 1), before[rank]);
            Assert.InRange(told, truly <= 20 ? truly : truly * 0.9, truly <= 20 ? truly : truly * 1.1 + 1);
        }

        Assert.Equal(live.Total + 7, live.Between(Head, numbers + 7));
        Assert.InRange(before[live.RankOf(50, Head, numbers) + 1], Math.Min(45, live.Total), 56);
        Assert.Equal(numbers, live.RankOf(10_000_000, Head, numbers));
    }

    [Fact]
    public void A_board_with_a_million_in_line_grows_by_less_than_a_kilobyte()
    {
        var bits = new byte[1_250_001];
        new Random(6).NextBytes(bits);
        var live = LiveRanks.Count(bits, 0, 0, 10_000_000);
        var board = new LineBoard { Epoch = 1, Next = 10_000_000, Head = 0 };
        var more = board with { LiveFrom = live.From, LiveTo = live.To, LiveTotal = live.Total, Live = live.Steps };
        Assert.InRange(Size(more) - Size(board), 500, 1000);

        static int Size(LineBoard board) => JsonSerializer.Serialize(board, LineJson.Default.LineBoard).Length;
    }

    [Fact]
    public void Of_a_line_that_has_just_been_shuffled_only_the_sum_is_known()
    {
        var live = new LiveRanks(0, 1000, 100, []);
        Assert.Equal((0, 10, 100, 105), (live.Between(0, 9), live.Between(0, 100), live.Between(0, 1000), live.Between(0, 1005)));
    }

    [Fact]
    public void Where_nothing_is_known_everyone_is_there() => Assert.Equal(90, LiveRanks.Everyone(10).Between(10, 100));
}

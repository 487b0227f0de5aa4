using FlashSale.LoadTest.Scenarios;

using Xunit;

namespace FlashSale.Tests.LoadTest;

public sealed class ArrivalsTests
{
    private const int Shoppers = 10_000;
    private static readonly TimeSpan s_minute = TimeSpan.FromMinutes(1);

    public static TheoryData<string> Shapes => ["constant:60", "ramp:60", "spike:60"];

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Everyone_arrives_in_order_and_within_the_time(string text)
    {
        var times = Times(text);

        Assert.Equal(Shoppers, times.Count);
        Assert.Equal(times.Order(), times);
        Assert.InRange(times[0], TimeSpan.Zero, s_minute);
        Assert.InRange(times[^1], TimeSpan.Zero, s_minute);
    }

    [Theory]
    [InlineData("constant:60", 0.50, 0.02)]
    [InlineData("ramp:60", 0.25, 0.02)]
    [InlineData("spike:60", 0.93, 0.02)]
    public void The_shape_says_how_many_come_in_the_first_half(string text, double share, double tolerance) =>
        Assert.Equal(share, Times(text).Count(at => at < s_minute / 2) / (double)Shoppers, tolerance);

    [Fact]
    public void The_same_seed_gives_the_same_arrivals() => Assert.Equal(Times("spike:60"), Times("spike:60"));

    [Fact]
    public void Recorded_arrivals_begin_at_once_whatever_clock_they_were_recorded_by() =>
        Assert.Equal([0, 1.5, 4], Arrivals.Read(["seconds,shopper", "1004,a", "", "1000,b", "1001.5;c"])
            .Select(at => at.TotalSeconds));

    [Theory]
    [InlineData("1", "soon")]
    [InlineData("only a heading")]
    [InlineData("0", "1e300")]
    [InlineData]
    public void A_file_without_times_is_an_error(params string[] lines) =>
        Assert.Throws<FormatException>(() => Arrivals.Read(lines));

    [Theory]
    [InlineData("constant")]
    [InlineData("constant:0")]
    [InlineData("constant:-1")]
    [InlineData("constant:NaN")]
    [InlineData("replay:60")]
    [InlineData("file:")]
    [InlineData("sometimes:60")]
    public void Anything_else_is_an_error(string text) => Assert.Throws<FormatException>(() => Arrivals.Parse(text));

    [Fact]
    public void What_is_parsed_is_written_the_same() =>
        Assert.Equal("spike:2.5", Arrivals.Parse("spike:2.5").ToString());

    private static IReadOnlyList<TimeSpan> Times(string text) => Arrivals.Parse(text).Times(Shoppers, new Random(1));
}

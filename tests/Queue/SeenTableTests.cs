using FlashSale.Queue;

using Microsoft.Extensions.Time.Testing;

using Xunit;

namespace FlashSale.Tests.Queue;

/// <summary>Whom an edge has seen.</summary>
public sealed class SeenTableTests
{
    private readonly SeenTable _seen = new(new FakeTimeProvider());

    [Fact]
    public void The_next_number_that_was_seen_is_found_across_numbers_that_never_were()
    {
        foreach (var number in new uint[] { 3, 4, 4095, 4096, 20_000, 700_000 }) _seen.See(number);
        _seen.Forget(20_000);

        var found = new List<long>();
        for (var next = _seen.FirstSeen(1, 1_000_000); next <= 1_000_000; next = _seen.FirstSeen(next + 1, 1_000_000))
            found.Add(next);

        Assert.Equal([3, 4, 4095, 4096, 20_000, 700_000], found);
        Assert.Equal(1_000_001, _seen.FirstSeen(700_001, 1_000_000));
        Assert.Equal(4094, _seen.FirstSeen(5, 4093));
        Assert.Equal(9, _seen.FirstSeen(9, 8));
    }

    [Fact]
    public void Who_was_only_told_when_to_poll_has_not_been_seen()
    {
        _seen.Tell(7, 2000);

        Assert.Equal(101, _seen.FirstSeen(1, 100));
        Assert.Equal(-1, _seen.AgeMs(7));
    }

    [Fact]
    public void How_long_the_poll_before_was_told_counts_no_more_while_another_is_answered()
    {
        Assert.True(_seen.TrySee(7));
        _seen.Tell(7, 60_000);
        Assert.True(_seen.TrySee(7));
        Assert.Equal(0, _seen.ToldMs(7));

        // Who does something else meanwhile is told nothing, and polls when told before.
        _seen.Tell(7, 60_000);
        _seen.See(7);
        Assert.Equal(60_000, _seen.ToldMs(7));

        _seen.Call(7);
        Assert.True(_seen.TrySee(7));
        Assert.True(_seen.WasCalled(7));
    }
}

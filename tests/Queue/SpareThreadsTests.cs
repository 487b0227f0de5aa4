using FlashSale.Queue;

using Microsoft.Extensions.Time.Testing;

using Xunit;

namespace FlashSale.Tests.Queue;

public sealed class SpareThreadsTests
{
    private const int Few = 2;

    private readonly FakeTimeProvider _clock = new();
    private readonly SpareThreads _spare;
    private int _threads = Few;

    public SpareThreadsTests() => _spare = new SpareThreads(_clock, () => _threads, threads => _threads = threads);

    [Fact]
    public void Threads_are_lent_until_a_while_after_the_last_sign_of_trouble()
    {
        _spare.Lend();
        _clock.Advance(SpareThreads.Lent / 2);
        _spare.Lend();
        _clock.Advance(SpareThreads.Lent / 2);
        Assert.Equal(SpareThreads.Least, _threads);
        _clock.Advance(SpareThreads.Lent / 2);
        Assert.Equal(Few, _threads);
    }

    [Fact]
    public void A_pool_that_has_more_is_left_alone()
    {
        _threads = SpareThreads.Least + 1;
        _spare.Lend();
        _clock.Advance(SpareThreads.Lent);
        Assert.Equal(SpareThreads.Least + 1, _threads);
    }

    [Fact]
    public void What_was_set_while_they_were_lent_stays()
    {
        _spare.Lend();
        _threads = SpareThreads.Least * 2;
        _clock.Advance(SpareThreads.Lent);
        Assert.Equal(SpareThreads.Least * 2, _threads);
    }
}

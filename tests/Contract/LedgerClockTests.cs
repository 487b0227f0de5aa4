using CsCheck;

using FlashSale.Contract;

using Microsoft.Extensions.Time.Testing;

using Xunit;

namespace FlashSale.Tests.Contract;

public sealed class LedgerClockTests
{
    private static readonly DateTimeOffset s_start = new(2030, 1, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly FakeTimeProvider _machine = new(s_start);
    private readonly LedgerClock _clock;

    public LedgerClockTests() => _clock = new LedgerClock(_machine);

    [Fact]
    public void It_is_the_machines_clock_until_the_ledger_has_told_the_time_and_then_the_ledgers()
    {
        Assert.False(_clock.IsSet);
        Assert.Equal(s_start, _clock.GetUtcNow());
        Answer(-600_000);
        Assert.True(_clock.IsSet);
        Assert.Equal(s_start.AddMinutes(-10), _clock.GetUtcNow());
        Pass(1_000);
        Assert.Equal(s_start.AddMinutes(-10).AddSeconds(1), _clock.GetUtcNow());
    }

    [Fact]
    public void An_answer_that_took_long_does_not_set_it_back()
    {
        Answer(0);
        Answer(0, wayBackMs: 900);
        Assert.Equal(s_start.AddMilliseconds(900), _clock.GetUtcNow());
    }

    [Fact]
    public void A_quicker_answer_brings_it_nearer_to_the_ledger()
    {
        Answer(0, wayBackMs: 700);
        Assert.Equal(s_start, _clock.GetUtcNow());
        Answer(0);
        Assert.Equal(s_start.AddMilliseconds(700), _clock.GetUtcNow());
    }

    [Fact]
    public void A_ledger_whose_clock_runs_slower_is_waited_for()
    {
        Answer(0);
        Pass(10_000);
        Answer(-300);
        Assert.Equal(s_start.AddSeconds(10), _clock.GetUtcNow());
        Pass(200);
        Assert.Equal(s_start.AddSeconds(10), _clock.GetUtcNow());
        Pass(200);
        Assert.InRange(_clock.GetUtcNow(), s_start.AddSeconds(10).AddMilliseconds(100), s_start.AddSeconds(10).AddMilliseconds(101));
    }

    [Fact]
    public void A_ledger_whose_clock_was_set_back_is_followed()
    {
        Answer(0);
        Answer(-5_000);
        Assert.InRange(_clock.GetUtcNow(), s_start.AddSeconds(-5), s_start.AddSeconds(-5).AddMilliseconds(1));
    }

    [Fact]
    public void It_never_goes_back_nor_ahead_of_the_ledger_whatever_the_answers_take() =>
        Gen.Select(Gen.Int[0, 3_000], Gen.Int[0, 3_000], Gen.Int[0, 500]).Array[1, 40].Sample(steps =>
        {
            var machine = new FakeTimeProvider(s_start);
            var clock = new LedgerClock(machine);
            var last = DateTimeOffset.MinValue;
            foreach (var (there, back, pause) in steps)
            {
                var askedAt = clock.GetTimestamp();
                machine.Advance(TimeSpan.FromMilliseconds(there));
                var asOf = machine.GetUtcNow().AddHours(1);
                machine.Advance(TimeSpan.FromMilliseconds(back));
                clock.Set(asOf, askedAt);
                machine.Advance(TimeSpan.FromMilliseconds(pause));
                Assert.InRange(clock.GetUtcNow(), last, machine.GetUtcNow().AddHours(1));
                last = clock.GetUtcNow();
            }
        });

    [Fact]
    public async Task Readers_never_see_it_go_back_while_it_is_being_corrected()
    {
        var clock = new LedgerClock(TimeProvider.System);
        clock.Set(TimeProvider.System.GetUtcNow(), clock.GetTimestamp());
        using var done = new CancellationTokenSource();
        var readers = Enumerable.Range(0, 3).Select(_ => Task.Run(() =>
        {
            for (var last = clock.GetUtcNow(); !done.IsCancellationRequested;)
            {
                var now = clock.GetUtcNow();
                Assert.True(now >= last, $"{now:O} after {last:O}");
                last = now;
            }
        })).ToArray();
        for (var n = 0; n < 20_000; n++)
        {
            var back = TimeSpan.FromMilliseconds(n % 2 == 0 ? -2 : 2);
            clock.Set(TimeProvider.System.GetUtcNow() + back, clock.GetTimestamp());
        }

        await done.CancelAsync();
        await Task.WhenAll(readers);
    }

    /// <summary>The ledger is asked, and says what this machine's clock would say that far off.</summary>
    private void Answer(int offMs, int wayBackMs = 0)
    {
        var askedAt = _clock.GetTimestamp();
        var asOf = _machine.GetUtcNow().AddMilliseconds(offMs);
        Pass(wayBackMs);
        _clock.Set(asOf, askedAt);
    }

    private void Pass(int ms) => _machine.Advance(TimeSpan.FromMilliseconds(ms));
}

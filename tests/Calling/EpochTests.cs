using FlashSale.Calling;
using FlashSale.Contract;
using FlashSale.Simulator;

using Xunit;

namespace FlashSale.Tests.Calling;

/// <summary>When a line that is gone is begun anew, and by which number: no two epochs have the same.</summary>
public sealed class EpochTests
{
    private static readonly DateTimeOffset s_second = Scenario.Epoch;

    private static readonly Sale s_sale = Given.Sale(3) with
    {
        QueueOpensAt = s_second.AddHours(-1),
        StartsAt = s_second.AddHours(-1),
        ClaimSeconds = 10,
    };

    [Fact]
    public void A_leader_who_does_not_know_all_begins_no_epoch_in_the_second_in_which_it_asks_first()
    {
        var state = Absent(SaleState.Start(isNew: false, At(0)), 0);
        (state, var command) = Told(state, 100);
        Assert.Null(command);
        (state, command) = Told(state, 999);
        Assert.Null(command);
        (_, command) = Told(state, 1000);
        Assert.Equal(Second(1), Assert.IsType<SaleCommand.Begin>(command).Epoch);
    }

    [Fact]
    public void A_sale_that_is_new_has_its_first_epoch_at_once()
    {
        var state = Absent(SaleState.Start(isNew: true, At(0)), 0);
        var begin = Assert.IsType<SaleCommand.Begin>(Told(state, 100).Command);
        Assert.Equal((Second(0), 0L), ((long)begin.Epoch, begin.RecoverUntil));
    }

    [Fact]
    public void A_number_is_used_up_when_it_is_not_known_whether_its_epoch_has_begun()
    {
        var state = Absent(SaleState.Start(isNew: true, At(0)), 0);
        (state, _) = Told(state, 100);
        (state, _) = SaleDecision.Decide(state, new SaleInput.Lost(), At(200));
        // Redis is another, which knows nothing of it.
        state = Absent(state, 300);
        (state, var command) = Told(state, 400);
        Assert.Null(command);
        var begin = Assert.IsType<SaleCommand.Begin>(Told(state, 1100).Command);
        Assert.Equal((Second(1), $"{Second(0)}:0"), ((long)begin.Epoch, begin.Past));
    }

    [Fact]
    public void A_clock_that_goes_back_far_is_not_waited_for()
    {
        var state = Absent(SaleState.Start(isNew: true, At(0)), 0);
        (state, var first) = Told(state, 5000);
        (state, _) = SaleDecision.Decide(state, new SaleInput.Begun((SaleCommand.Begin)first!, Done: true), At(5050));
        state = Absent(state, 6000);
        Assert.Equal(Second(6), Assert.IsType<SaleCommand.Begin>(Told(state, 2000).Command).Epoch);
    }

    [Fact]
    public void Shoppers_take_their_places_again_for_as_long_after_a_line_that_took_long_to_begin()
    {
        var state = Absent(SaleState.Start(isNew: false, At(0)), 0) with { KnowsAll = true };
        state = state with { Line = state.Line with { Number = 7 } };
        (state, var begin) = Told(state, 1000);
        (state, _) = SaleDecision.Decide(state, new SaleInput.Begun((SaleCommand.Begin)begin!, Done: true), At(4000));
        Assert.Equal(Second(4) + 10, state.RecoverUntil);
    }

    [Theory]
    [InlineData(0, 14)]
    [InlineData(1, 0)]
    public void Recovery_counts_from_when_an_epoch_is_found_in_which_nobody_was_called_yet(int head, int until)
    {
        var look = new SaleCommand.Look(0, LineOrder.Fifo, Started: true);
        var view = new LineView { Epoch = (uint)Second(1), Next = 1, Head = head, Skipped = 0, Past = "7:0", RecoverUntil = Second(3), Time = 0, Shuffled = 0 };
        var state = SaleState.Start(isNew: false, At(0));
        (state, _) = SaleDecision.Decide(state, new SaleInput.Shown(s_sale, look, view), At(3500));
        state = SaleDecision.Decide(state, new SaleInput.Loaded(Absent: false, [], [], view.Epoch, "7:0"), At(3500)).State;
        (state, var settle) = Told(state, 4000);
        (state, _) = SaleDecision.Decide(state, new SaleInput.Settled((SaleCommand.Settle)settle!, Done: true), At(4000));
        Assert.Equal(until == 0 ? 0 : Second(until), state.RecoverUntil);

        // Once it has been told of, an answer that is lost is no reason to wait again.
        (state, _) = SaleDecision.Decide(state, new SaleInput.Lost(), At(20_000));
        (state, _) = SaleDecision.Decide(state, new SaleInput.Shown(s_sale, look, view), At(20_000));
        state = SaleDecision.Decide(state, new SaleInput.Loaded(Absent: false, [], [], view.Epoch, "7:0"), At(20_000)).State;
        (state, _) = Told(state, 20_100);
        Assert.Equal(until == 0 ? 0 : Second(until), state.RecoverUntil);
    }

    /// <summary>Redis has shown that it has no line.</summary>
    private static SaleState Absent(SaleState state, long ms)
    {
        (state, var load) = SaleDecision.Decide(state, new SaleInput.ShownNone(), At(ms));
        Assert.IsType<SaleCommand.Load>(load);
        return SaleDecision.Decide(state, new SaleInput.Loaded(Absent: true, [], [], 0, ""), At(ms)).State;
    }

    private static (SaleState State, SaleCommand? Command) Told(SaleState state, long ms) => SaleDecision.Decide(
        state, new SaleInput.Told(
            s_sale, [], new LedgerSnapshot(s_second.AddMilliseconds(ms), "1", null, []), Full: true,
            TimeSpan.FromMilliseconds(100_000 + ms), RecoverySeconds: 10), At(ms));

    private static long Second(int second) => s_second.ToUnixTimeSeconds() + second;

    private static Moment At(long ms) => new(s_second.AddMilliseconds(ms), TimeSpan.FromMilliseconds(ms), TimeSpan.Zero);
}

using FlashSale.Calling;
using FlashSale.Contract;
using FlashSale.Queue;

using Xunit;

namespace FlashSale.Tests.Calling;

public sealed class SleepTests
{
    /// <summary>Ticks that the pump makes in a second.</summary>
    private const int Ticks = 20;

    [Fact]
    public void A_line_that_nobody_is_in_is_hardly_looked_at()
    {
        var leader = Leader.Running(Given.Sale(3));
        Assert.True(Looks(leader, Given.View(0), from: 0, seconds: 1) > 10);
        Looks(leader, Given.View(0), from: 1, seconds: 4);
        Assert.True(leader.State.SaysAsleep);
        Assert.True(Looks(leader, Given.View(0), from: 5, seconds: 60) <= 60 / Sleep.Looks.TotalSeconds + 1);
    }

    [Fact]
    public void The_board_says_that_a_line_sleeps_a_while_before_it_does()
    {
        var leader = Leader.Running(Given.Sale(3));
        var (at, said) = (0, 1);
        for (; !leader.State.SaysAsleep; at++) Assert.Equal(1, LookAt(leader, Given.View(0), at));
        for (; LookAt(leader, Given.View(0), at) == 1; at++) said++;
        Assert.True(said >= Ticks, $"edges had {said} ticks to hear of it");
    }

    [Theory]
    [InlineData(1, 0, 0)] // Somebody waits who is not here.
    [InlineData(1, 1, 1)] // Somebody came back.
    public void A_line_in_which_somebody_waits_does_not_sleep(long next, long head, long returning)
    {
        var view = Given.View(next, head) with
        {
            ReturningCount = returning,
            Returning = [.. Returning(returning)],
            Coverages = [],
        };
        var leader = Leader.Running(Given.Sale(3));
        Looks(leader, view, from: 0, seconds: 20);
        Assert.False(leader.State.SaysAsleep);
    }

    [Fact]
    public void A_line_does_not_sleep_while_a_turn_may_end()
    {
        var leader = Leader.Running(Given.Sale(3), [Given.Promise(1, 1, redeemBy: 1000)]);
        Looks(leader, Given.View(1, head: 1), from: 0, seconds: 20);
        Assert.False(leader.State.SaysAsleep);
    }

    [Fact]
    public void Who_comes_to_a_line_that_sleeps_is_called_when_it_is_woken()
    {
        var leader = Asleep(Given.Sale(3));
        Assert.Null(leader.Tick());
        leader.Decide(new SaleInput.Woken());
        Assert.IsType<SaleCommand.Admit>(leader.Show(Given.View(1, 0, 1)));
        Assert.False(leader.State.SaysAsleep);
    }

    /// <summary>An edge that takes the line to be asleep tells nobody whom it has seen.</summary>
    [Fact]
    public void Invariant3_Nobody_is_passed_over_until_every_edge_can_have_heard_that_the_line_is_awake()
    {
        var leader = Asleep(Given.Sale(3));
        leader.Decide(new SaleInput.Woken());
        Assert.Null(leader.Show(Given.View(2, 0, 2)));
        leader.At(20.9);
        Assert.Null(leader.Show(Given.View(2, 0, 2)));
        leader.At(21.5);
        Assert.Equal(2u, Assert.Single(Assert.IsType<SaleCommand.Admit>(leader.Show(Given.View(2, 0, 2))).Choice.Admissions).Place.Number);
    }

    [Fact]
    public void Who_comes_unheard_is_called_with_the_next_look()
    {
        var leader = Asleep(Given.Sale(3));
        leader.At(20 + Sleep.Looks.TotalSeconds);
        Assert.IsType<SaleCommand.Admit>(leader.Show(Given.View(1, 0, 1)));
    }

    [Fact]
    public void Invariant8_A_line_that_sleeps_says_that_the_ledger_is_gone_as_soon_as_others()
    {
        var leader = Asleep(Given.Sale(3));
        leader.At(20, ledgerAge: 2.01);
        Assert.Null(leader.Show(Given.View(0)));
        Assert.Equal(LineBoard.LedgerGone, leader.State.Stopped);
    }

    [Fact]
    public void The_start_the_end_and_a_pause_wake_a_line()
    {
        var sale = Given.Sale(3) with { StartsAt = Given.Start.AddSeconds(30), EndsAt = Given.Start.AddSeconds(60) };
        var leader = Asleep(sale);
        leader.At(29.9);
        Looks(leader, Given.View(0), from: 20, seconds: 9);
        leader.At(30);
        Assert.NotNull(leader.Tick());
        leader = Asleep(sale with { StartsAt = Given.Start });
        leader.At(60);
        Assert.NotNull(leader.Tick());
        leader = Asleep(Given.Sale(3));
        leader.Sale = leader.Sale with { Paused = true };
        Assert.NotNull(leader.Tick());
    }

    [Fact]
    public void A_sold_out_line_sleeps_though_people_stand_in_it_and_wakes_when_a_unit_comes_back()
    {
        var sold = Given.Row(1, UnitState.Sold, Given.Place(1));
        var leader = Leader.Running(Given.Sale(1));
        leader.Tell(full: true, rows: [sold]);
        Looks(leader, Given.View(9, head: 1), from: 0, seconds: 20);
        Assert.True(leader.State.SaysAsleep);
        var refunded = Given.Row(1, UnitState.Released, Given.Place(1)) with { MayJoinAgain = false };
        leader.Tell(full: false, rows: [refunded]);
        Assert.False(leader.State.SaysAsleep);
    }

    [Fact]
    public void A_lost_answer_and_a_new_term_wake_a_line()
    {
        foreach (var input in new SaleInput[] { new SaleInput.Lost(), new SaleInput.NewTerm() })
        {
            var leader = Asleep(Given.Sale(3));
            leader.Decide(input);
            Assert.NotNull(leader.Tick());
        }
    }

    private static IEnumerable<string> Returning(long count)
    {
        for (var number = 1; number <= count; number++) yield return LineKeys.Member(Given.Place(number), number);
    }

    /// <summary>One that has slept at second 20, and was looked at then.</summary>
    private static Leader Asleep(Sale sale)
    {
        var leader = Leader.Running(sale);
        Looks(leader, Given.View(0), from: 0, seconds: 20);
        leader.At(20);
        Assert.True(leader.State.SaysAsleep);
        if (leader.Tick() is { } look) leader.Decide(new SaleInput.Shown(leader.Sale, look, Given.View(0)));
        return leader;
    }

    /// <summary>How often it looks in a time, at which the line is so.</summary>
    private static int Looks(Leader leader, LineView view, int from, int seconds) =>
        Enumerable.Range(from * Ticks, seconds * Ticks).Sum(tick => LookAt(leader, view, tick));

    private static int LookAt(Leader leader, LineView view, int tick)
    {
        leader.At((double)tick / Ticks);
        if (leader.Tick() is not { } look) return 0;
        leader.Decide(new SaleInput.Shown(leader.Sale, look, view));
        return 1;
    }
}

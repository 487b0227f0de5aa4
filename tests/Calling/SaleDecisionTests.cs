using System.Globalization;

using FlashSale.Calling;
using FlashSale.Contract;
using FlashSale.Queue;

using Xunit;

namespace FlashSale.Tests.Calling;

public sealed class SaleDecisionTests
{
    private static readonly LineView s_crowd = Given.View(5, 0, 1, 2, 3, 4, 5);

    [Fact]
    public void A_leader_reads_what_Redis_holds_then_hears_all_of_the_ledger_and_then_gives()
    {
        var leader = new Leader(Given.Sale(3));
        Assert.Equal(0, leader.Ask().Wanted);
        Assert.Equal(new SaleCommand.Load(Absent: false), leader.Show(s_crowd));
        Assert.Null(leader.Decide(Loaded()));
        Assert.IsType<LineEpoch.Loaded>(leader.State.Line);
        Assert.Null(leader.Show(s_crowd));

        leader.At(1);
        var settle = Assert.IsType<SaleCommand.Settle>(leader.Tell(full: true));
        leader.Decide(new SaleInput.Settled(settle, Done: true));
        Assert.Equal(new LineEpoch.Running(Given.Epoch, "100:0", 0, Given.At(1).Ledger), leader.State.Line);
        Assert.Equal(3, Assert.IsType<SaleCommand.Admit>(leader.Show(s_crowd)).Choice.Admissions.Count);
        Assert.Null(leader.State.Stopped);
    }

    [Theory]
    [InlineData(false, 1)]
    [InlineData(true, -0.001)]
    public void Changes_alone_or_an_answer_that_was_asked_for_before_Redis_was_read_complete_nothing(bool full, double askedAt)
    {
        var leader = new Leader(Given.Sale(3));
        leader.Show(s_crowd);
        leader.Decide(Loaded());
        leader.At(1);
        Assert.Null(leader.Tell(full, askedAt: askedAt));
        Assert.IsType<LineEpoch.Loaded>(leader.State.Line);
    }

    [Fact]
    public void What_the_ledger_says_is_not_taken_while_Redis_is_unknown()
    {
        var leader = new Leader(Given.Sale(3));
        Assert.Null(leader.Tell(full: true, rows: [Given.Row(1, UnitState.Held, Given.Place(1))]));
        Assert.Equal(0, leader.State.Book.HeldCount);
    }

    [Fact]
    public void Invariant1_A_unit_is_taken_before_the_answer_is_known_and_stays_so_when_it_is_lost()
    {
        var leader = Leader.Running(Given.Sale(3));
        leader.Show(s_crowd with { Next = 2 });
        Assert.Equal([3], leader.State.Book.Peek(5));
        Assert.Null(leader.Decide(new SaleInput.Lost()));
        Assert.Equal([3], leader.State.Book.Peek(5));
        Assert.IsType<LineEpoch.Unknown>(leader.State.Line);
        Assert.Equal(new SaleCommand.Load(Absent: false), leader.Show(s_crowd));
    }

    [Fact]
    public void Who_was_not_admitted_after_all_frees_the_unit_and_costs_no_rate()
    {
        var leader = Leader.Running(Given.Sale(3) with { AdmitPerSecond = 3 });
        var admit = Assert.IsType<SaleCommand.Admit>(leader.Show(s_crowd));
        Assert.Equal(3, leader.State.Rate.Available);
        leader.Decide(new SaleInput.Admitted(admit, [true, false, true]));
        Assert.Equal([2], leader.State.Book.Peek(5));
        Assert.Equal(1, leader.State.Rate.Available);
        Assert.Equal(3, leader.State.View!.Head);
        Assert.Equal(1, leader.Ask().Wanted);
    }

    [Fact]
    public void A_refusal_of_all_gives_all_units_back_and_trusts_nothing_that_was_known()
    {
        var leader = Leader.Running(Given.Sale(3));
        var admit = Assert.IsType<SaleCommand.Admit>(leader.Show(s_crowd));
        leader.Decide(new SaleInput.Admitted(admit, null));
        Assert.Equal([1, 2, 3], leader.State.Book.Peek(5));
        Assert.IsType<LineEpoch.Unknown>(leader.State.Line);
    }

    [Fact]
    public void Whoever_left_without_claiming_makes_room_for_the_next_at_the_same_look()
    {
        var leader = Leader.Running(Given.Sale(1), admitted: [Given.Promise(1, 1)]);
        Assert.Equal(0, leader.Ask().Wanted);
        Assert.Null(leader.Show(s_crowd with { Head = 1, Freed = [Given.Place(1)] }));
        var admit = Assert.IsType<SaleCommand.Admit>(leader.Show(s_crowd with { Head = 1 }));
        Assert.Equal((Given.Place(2), 1), (admit.Choice.Admissions.Single().Place, admit.Choice.Admissions.Single().Unit));
    }

    [Fact]
    public void A_line_that_can_be_given_nothing_is_looked_at_less_often_and_at_once_when_there_is_something()
    {
        var leader = Leader.Running(Given.Sale(1));
        leader.Sale = Given.Sale(1) with { Paused = true };
        leader.At(10);
        Assert.NotNull(leader.Tick());
        leader.At(10.199);
        Assert.Null(leader.Tick());
        leader.At(10.2);
        Assert.NotNull(leader.Tick());
        leader.At(10.25);
        leader.Sale = Given.Sale(1);
        Assert.Equal(1, leader.Tick()!.Wanted);
        Assert.NotNull(leader.Tick());
    }

    public static TheoryData<string, string?> Stops => new()
    {
        { "", null },
        { "ledger 2.000", null },
        { "ledger 2.001", LineBoard.LedgerGone },
        { "paused", "paused" },
        { "before", "not started" },
        { "ended", "ended" },
        { "recovers", "shoppers take their places again" },
        { "blocked", "units may be promised that are not known of" },
    };

    [Theory]
    [MemberData(nameof(Stops))]
    public void Invariant8_Nobody_is_admitted_when_something_forbids_it_and_the_board_says_what(string what, string? why)
    {
        var (sale, view) = (Given.Sale(30), s_crowd);
        if (what == "paused") sale = sale with { Paused = true };
        if (what == "before") sale = sale with { StartsAt = Given.Start.AddMilliseconds(5001) };
        if (what == "ended") sale = sale with { EndsAt = Given.Start.AddSeconds(5) };
        if (what == "recovers") view = view with { RecoverUntil = Given.StartSeconds + 6 };
        if (what == "blocked") view = view with { BlockedUntil = Given.StartSeconds + 6 };
        var leader = Leader.Running(Given.Sale(30));
        leader.At(5, ledgerAge: what is ['l', 'e', 'd', 'g', 'e', 'r', ' ', .. var age]
            ? double.Parse(age, CultureInfo.InvariantCulture) : 0);
        leader.Sale = sale;

        Assert.Equal(why is null, leader.Show(view) is SaleCommand.Admit);
        Assert.Equal(why, leader.State.Stopped);
        Assert.Equal(why, leader.State.Board(sale, Given.At(5).Ledger)!.StoppedBecause);
        Assert.Equal(why is null, leader.State.Book.AdmittedCount > 0);
        // Nor is anybody's presence asked for, now that it is known.
        Assert.Equal(why is null ? 25 : 0, leader.Ask().Wanted);
    }

    [Fact]
    public void Invariant3_Nobody_is_called_before_the_order_of_a_shuffle_is_fixed()
    {
        var leader = Leader.Running(Given.Sale(3) with { Order = LineOrder.Shuffle });
        Assert.Null(leader.Show(s_crowd with { Shuffled = null }));
        leader.At(1);
        Assert.Null(leader.Show(s_crowd with { Shuffled = 5 }));
        leader.At(2);
        Assert.IsType<SaleCommand.Admit>(leader.Show(s_crowd with { Shuffled = 5 }));
    }

    [Theory]
    [InlineData(true), InlineData(false)]
    public void Invariant9_Nobody_is_called_or_passed_over_before_every_edge_can_have_told_by_the_order_of_a_shuffle(bool present)
    {
        var leader = Leader.Running(Given.Sale(3) with { Order = LineOrder.Shuffle });
        var view = Given.View(5, 0, present ? [1, 2, 3, 4, 5] : []) with { Shuffled = 5 };
        Assert.Null(leader.Show(view with { Shuffled = null }));
        leader.At(1);
        Assert.Null(leader.Show(view));
        leader.At(1.999);
        Assert.Null(leader.Show(view));
        leader.At(2);
        var choice = Assert.IsType<SaleCommand.Admit>(leader.Show(view)).Choice;
        Assert.Equal(present ? (3, 0) : (5, 5), (choice.Head, choice.Skipped));
    }

    [Fact]
    public void Invariant1_A_token_that_is_out_is_remembered_when_Redis_gave_no_answer()
    {
        var leader = Leader.Running(Given.Sale(1), [Given.Promise(1, unit: 1)]);
        Assert.IsType<SaleCommand.Settle>(leader.Tell(full: false, rows: [Given.Withdrawn(1)]));
        Assert.Single(leader.State.Book.TokensOut);
        leader.Decide(new SaleInput.Lost());
        Assert.IsType<SaleCommand.Load>(leader.Show(s_crowd));
        leader.Decide(new SaleInput.Loaded(Absent: false, [], [], Given.Epoch, ""));
        leader.Tell(full: true);
        Assert.Equal(0, leader.State.Book.Available(1));
        leader.At(20);
        leader.Tell(full: true);
        Assert.Equal(1, leader.State.Book.Available(1));
    }

    [Fact]
    public void A_block_of_a_line_that_another_leader_has_begun_and_not_opened_holds_for_the_next()
    {
        var leader = new Leader(Given.Sale(3));
        leader.Decide(new SaleInput.ShownNone());
        leader.Decide(new SaleInput.Loaded(Absent: true, [], [], Given.Epoch, "") { BlockedUntil = Given.StartSeconds + 500 });
        Assert.Equal(Given.StartSeconds + 500, leader.Begin().BlockedUntil);
    }

    [Theory]
    [InlineData(5.0, 17)]
    [InlineData(5.001, 18)]
    public void A_turn_lasts_the_claim_time_at_least(double now, int redeemBy)
    {
        var leader = Leader.Running(Given.Sale(1));
        leader.At(now);
        var admit = Assert.IsType<SaleCommand.Admit>(leader.Show(s_crowd));
        Assert.Equal(Given.StartSeconds + redeemBy, admit.Choice.Admissions.Single().RedeemBy);
    }

    [Fact]
    public void No_more_is_asked_for_than_units_rate_and_one_script_call_allow()
    {
        Assert.Equal(2, Leader.Running(Given.Sale(3), admitted: [Given.Promise(1, 1)]).Ask().Wanted);
        Assert.Equal(4, Leader.Running(Given.Sale(30) with { AdmitPerSecond = 4 }).Ask().Wanted);
        Assert.Equal(500, Leader.Running(Given.Sale(2000)).Ask().Wanted);
        Assert.Equal(0, new SaleCommand.Look(0, LineOrder.Fifo, true).Returning);
        Assert.Equal(103, new SaleCommand.Look(3, LineOrder.Fifo, true).Returning);
    }

    [Fact]
    public void The_order_is_fixed_by_the_ledgers_clock()
    {
        var leader = new Leader(Given.Sale(1));
        leader.At(-0.001);
        Assert.False(leader.Ask().Started);
        leader.At(0);
        Assert.True(leader.Ask().Started);
    }

    [Fact]
    public void A_sale_that_begins_under_this_leader_starts_its_first_epoch_without_recovery_or_block()
    {
        var leader = new Leader(Given.Sale(3), isNew: true);
        Assert.Equal(new SaleCommand.Load(Absent: true), leader.Decide(new SaleInput.ShownNone()));
        leader.Decide(Loaded(absent: true, epoch: 0));
        leader.At(7);
        var begin = leader.Begin();
        Assert.Equal(
            ((uint)Given.StartSeconds + 7, "", 0L, 0L, true),
            (begin.Epoch, begin.Past, begin.RecoverUntil, begin.BlockedUntil, begin.Started));
        leader.Decide(new SaleInput.Begun(begin, Done: true));
        Assert.Equal(
            new LineEpoch.Running(begin.Epoch, $"{begin.Epoch}:0", 0, Given.At(7).Ledger), leader.State.Line);
    }

    /// <summary>A turn of 12 s and a second of grace; two more, for whom the second is not over.</summary>
    [Theory]
    [InlineData(false, 7, true)]
    [InlineData(true, 7, false)]
    [InlineData(false, -7, false)]
    public void Invariant1_Who_cannot_know_what_was_promised_blocks_all_until_no_promise_can_live(bool isNew, int at, bool blocks)
    {
        var leader = new Leader(Given.Sale(3), isNew);
        leader.At(at);
        leader.Decide(Loaded(absent: true));
        var begin = leader.Begin();
        Assert.Equal(blocks ? begin.AsOf.ToUnixTimeSeconds() + 15 : 0, begin.BlockedUntil);
        // It outlasts an epoch that is lost at once, although its leader knows all from now on.
        leader.Decide(new SaleInput.Begun(begin, Done: true));
        leader.At(at + 2);
        leader.Decide(Loaded(absent: true, epoch: 0));
        Assert.Equal(begin.BlockedUntil, leader.Begin().BlockedUntil);
    }

    [Fact]
    public void Invariant1_A_leader_that_led_all_along_rebuilds_what_it_promised_and_not_what_an_old_copy_says()
    {
        var leader = Leader.Running(Given.Sale(3), admitted: [Given.Promise(2, unit: 2)]);
        leader.Decide(Loaded(absent: true, admitted: [Given.Promise(1, unit: 1)]));
        var begin = leader.Begin();
        // Its token may be out: it counts as claimed.
        Assert.Equal([Settlement.Admit(Given.Promise(2, 2, claimed: true))], begin.Settlements);
        Assert.Equal((1, 0L, Given.StartSeconds + 2), (begin.Admitted, begin.BlockedUntil, begin.RecoverUntil));
    }

    /// <summary>After the copy a turn that nobody had claimed may have been given up, and another been promised its unit.</summary>
    [Fact]
    public void Invariant1_A_leader_that_cannot_know_takes_the_claimed_turns_that_Redis_still_tells_of_and_calls_nobody()
    {
        var leader = new Leader(Given.Sale(3));
        leader.Decide(Loaded(absent: true, admitted: [Given.Promise(1, unit: 1, claimed: true), Given.Promise(2, unit: 2)]));
        var begin = leader.Begin();
        Assert.Equal([Settlement.Admit(Given.Promise(1, 1, claimed: true))], begin.Settlements);
        Assert.True(begin.BlockedUntil > Given.StartSeconds + 12);
        Assert.Equal(2, leader.State.Book.Available(3));
    }

    /// <summary>An operator has made turns shorter since: a turn lasts as long as its token says.</summary>
    [Fact]
    public void Invariant1_The_block_outlasts_every_turn_that_a_copy_tells_of()
    {
        var leader = new Leader(Given.Sale(3));
        leader.Decide(Loaded(absent: true, admitted: [Given.Promise(1, unit: 1, redeemBy: 100), Given.Promise(2, unit: 2)]));
        // Another copy, that tells of less.
        leader.Decide(Loaded(absent: true));
        Assert.True(leader.Begin().BlockedUntil > Given.StartSeconds + 100 + leader.Sale.GraceSeconds);
    }

    [Fact]
    public void The_number_of_an_epoch_is_its_second_and_above_any_that_Redis_still_tells_of()
    {
        var leader = new Leader(Given.Sale(3), isNew: true);
        leader.Decide(Loaded(absent: true, epoch: 5));
        Assert.Equal((uint)Given.StartSeconds, leader.Begin().Epoch);
        leader = new Leader(Given.Sale(3), isNew: true);
        leader.Decide(Loaded(absent: true, epoch: uint.MaxValue - 1));
        Assert.Equal(uint.MaxValue, leader.Begin().Epoch);
    }

    [Fact]
    public void An_old_copy_of_Redis_that_knows_fewer_epochs_than_this_leader_does_not_make_it_forget_them()
    {
        var leader = Leader.Running(Given.Sale(3));
        leader.Show(s_crowd with { Epoch = 4_000_000_000, Past = "100:0" });
        leader.Decide(Loaded(absent: true, epoch: 100));
        var begin = leader.Begin();
        Assert.Equal((4_000_000_001u, "4000000000:0 100:0"), (begin.Epoch, begin.Past));
    }

    [Fact]
    public void An_epoch_that_was_refused_has_not_begun()
    {
        var leader = new Leader(Given.Sale(3));
        leader.Decide(Loaded(absent: true));
        var begin = leader.Begin();
        leader.Decide(new SaleInput.Begun(begin, Done: false));
        Assert.IsType<LineEpoch.Unknown>(leader.State.Line);
        Assert.False(leader.State.KnowsAll);
    }

    [Fact]
    public void A_line_that_is_absent_is_begun_once_and_not_read_again_and_again()
    {
        var leader = new Leader(Given.Sale(3));
        leader.Decide(Loaded(absent: true));
        Assert.Null(leader.Decide(new SaleInput.ShownNone()));
        // It is there after all: what it holds is read.
        Assert.Equal(new SaleCommand.Load(Absent: false), leader.Show(s_crowd));
    }

    [Theory]
    [InlineData("lost")]
    [InlineData("term")]
    [InlineData("refused")]
    public void After_anything_that_is_not_known_nothing_is_given_until_all_is_known_again(string what)
    {
        var leader = Leader.Running(Given.Sale(3));
        if (what == "lost") leader.Decide(new SaleInput.Lost());
        if (what == "term") leader.Decide(new SaleInput.NewTerm());
        if (what == "refused")
            leader.Decide(new SaleInput.Settled(Assert.IsType<SaleCommand.Settle>(leader.Tell(full: false)), Done: false));
        Assert.Equal(0, leader.Ask().Wanted);
        Assert.Equal(new SaleCommand.Load(Absent: false), leader.Show(s_crowd));
        leader.Decide(Loaded());
        Assert.Null(leader.Show(s_crowd));
        Assert.Null(leader.Tell(full: false));
        leader.Decide(new SaleInput.Settled(Assert.IsType<SaleCommand.Settle>(leader.Tell(full: true)), Done: true));
        Assert.IsType<SaleCommand.Admit>(leader.Show(s_crowd));
    }

    [Fact]
    public void Sums_that_differ_show_a_change_that_was_missed_and_not_what_never_was_of_this_line()
    {
        LedgerUnit[] rows =
        [
            Given.Row(1, UnitState.Held, Given.Place(1)),
            Given.Row(2, UnitState.Held, Given.Place(2)) with { Admission = "imported" },
        ];
        var sum = rows.Sum(row => (long)AdmittedPlace.ChecksumOf(row.Admission));
        var leader = Leader.Running(Given.Sale(3));
        leader.Tell(full: true, rows: rows);
        Assert.False(leader.State.DiffersFrom(sum));
        Assert.True(leader.State.DiffersFrom(sum - AdmittedPlace.ChecksumOf(rows[0].Admission)));
        leader.Decide(new SaleInput.NewTerm());
        Assert.False(leader.State.DiffersFrom(0));
    }

    private static SaleInput.Loaded Loaded(
        bool absent = false, uint epoch = Given.Epoch, IReadOnlyList<AdmittedPlace>? admitted = null) =>
        new(absent, admitted ?? [], [], epoch, epoch == 0 ? "" : $"{epoch}:0");
}

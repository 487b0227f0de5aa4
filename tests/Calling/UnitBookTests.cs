using FlashSale.Calling;
using FlashSale.Contract;

using Xunit;

namespace FlashSale.Tests.Calling;

public sealed class UnitBookTests
{
    private const int Units = 3;

    [Fact]
    public void The_lowest_free_units_are_shown_and_stay_free_until_they_are_given()
    {
        var book = Book();
        Assert.Equal([1, 2], book.Peek(2));
        Assert.Equal([1, 2, 3], book.Peek(5));
        book.Admit(Given.Promise(1, unit: 2));
        Assert.Equal([1, 3], book.Peek(5));
        Assert.Equal(2, book.Available(Units));
    }

    [Theory]
    [InlineData(3, 1, 1, 1)]
    [InlineData(2, 1, 1, 0)]
    [InlineData(1, 1, 1, 0)]
    [InlineData(9, 1, 1, 1)]
    public void Invariant1_No_more_is_available_than_the_inventory_leaves_and_than_there_are_units(
        int inventory, int admitted, int sold, int available)
    {
        var book = Book();
        Tell(book, full: true,
            [.. Enumerable.Range(1, sold).Select(unit => Given.Row(unit, UnitState.Sold, Given.Place(unit)))]);
        for (var i = 0; i < admitted; i++) book.Admit(Given.Promise(50 + i, book.Peek(1)[0]));
        Assert.Equal(available, book.Available(inventory));
    }

    /// <summary>Of unit 1, which place 1 was given: what the ledger says of it, and what Redis must learn.</summary>
    [Theory]
    [InlineData("free", UnitState.Held, true, SettlementKind.Hold, "held")]
    [InlineData("admitted", UnitState.Held, false, SettlementKind.Hold, "held")]
    [InlineData("held", UnitState.Held, false, null, "held")]
    [InlineData("free", UnitState.Sold, false, SettlementKind.Sell, "sold")]
    [InlineData("free", UnitState.Sold, true, null, "sold")]
    [InlineData("admitted", UnitState.Sold, true, SettlementKind.Sell, "sold")]
    [InlineData("held", UnitState.Sold, true, SettlementKind.Sell, "sold")]
    [InlineData("sold", UnitState.Sold, false, null, "sold")]
    [InlineData("free", UnitState.Released, false, null, "free")]
    [InlineData("admitted", UnitState.Released, false, SettlementKind.Release, "free")]
    [InlineData("held", UnitState.Released, true, SettlementKind.Release, "free")]
    public void The_ledger_wins_and_Redis_is_told_what_is_new(
        string before, UnitState told, bool full, SettlementKind? settled, string after)
    {
        var book = Book(before);
        var settlements = Tell(book, full, Given.Row(1, told, Given.Place(1)));
        Assert.Equal(settled, settlements.Select(one => (SettlementKind?)one.Kind).SingleOrDefault());
        Assert.All(settlements, one => Assert.Equal(Given.Place(1), one.Place));
        Assert.Equal(after, StateOf(book));
        // Twice is harmless.
        Assert.Empty(Tell(book, full, Given.Row(1, told, Given.Place(1))));
        Assert.Equal(after, StateOf(book));
    }

    [Theory]
    [InlineData(true, SettlementKind.Release), InlineData(false, SettlementKind.Sell)]
    public void A_sold_unit_whose_money_went_back_is_free_and_its_buyer_may_join_again_or_not(bool mayJoin, SettlementKind settled)
    {
        var book = Book("sold");
        var refunded = Given.Row(1, UnitState.Released, Given.Place(1)) with { MayJoinAgain = mayJoin };
        Assert.Equal(settled, Assert.Single(Tell(book, full: false, refunded)).Kind);
        Assert.Equal(("free", 0), (StateOf(book), book.SoldCount));
        Assert.Empty(Tell(book, full: false, refunded));

        // Sold again, it stays so, however often the refund is told.
        var again = Given.Row(1, UnitState.Sold, Given.Place(2));
        for (var times = 0; times < 2; times++)
        {
            Tell(book, full: false, refunded, again);
            Assert.Equal(("sold", 1), (StateOf(book), book.SoldCount));
        }
    }

    [Theory]
    [InlineData(UnitState.Held, SettlementKind.Hold)]
    [InlineData(UnitState.Sold, SettlementKind.Sell)]
    [InlineData(UnitState.Released, SettlementKind.Release)]
    public void Of_a_line_that_is_begun_anew_everything_is_told(UnitState told, SettlementKind settled)
    {
        var rows = new[] { Given.Row(1, told, Given.Place(1)) };
        var settlements = Book().Apply(rows, Given.Snapshot(0, rows), Sale, full: true, rebuild: true, Given.Start);
        Assert.Equal(settled, Assert.Single(settlements).Kind);
    }

    [Theory]
    [InlineData("held", true, "free", SettlementKind.Release)]
    [InlineData("held", false, "held", null)]
    [InlineData("sold", true, "free", null)]
    [InlineData("sold", false, "sold", null)]
    [InlineData("withdrawn", true, "free", null)]
    [InlineData("withdrawn", false, "withdrawn", null)]
    [InlineData("admitted", true, "admitted", null)]
    public void What_the_ledger_lists_no_more_is_free_again_once_it_lists_everything(
        string before, bool full, string after, SettlementKind? settled)
    {
        var book = Book(before);
        Assert.Equal(settled, Tell(book, full).Select(one => (SettlementKind?)one.Kind).SingleOrDefault());
        Assert.Equal(after, StateOf(book));
    }

    [Fact]
    public void A_unit_that_was_withdrawn_comes_back_when_the_ledger_says_so()
    {
        var book = Book("withdrawn");
        Assert.Equal([2, 3], book.Peek(5));
        Tell(book, full: false, Given.Withdrawn(1) with { State = UnitState.Released });
        Assert.Equal([1, 2, 3], book.Peek(5));
    }

    /// <summary>Promised until second 12, and a second of grace: what began in time has been told of by then.</summary>
    [Theory]
    [InlineData(12.0, "admitted")]
    [InlineData(13.0, "admitted")]
    [InlineData(13.001, "free")]
    public void Invariant1_A_promise_ends_by_a_snapshot_that_is_past_its_grace_and_never_before(double asOf, string after)
    {
        var book = Book("admitted");
        book.Apply([], Given.Snapshot(asOf, []), Sale, full: false, rebuild: false, Given.Start);
        Assert.Equal(after, StateOf(book));
    }

    /// <summary>A turn from second 0 to 12; outages and lines by the ledger's clock.</summary>
    [Theory]
    [InlineData(-5, -1, -10, false)]
    [InlineData(-5, 1, -10, true)]
    [InlineData(11, 14, -10, true)]
    [InlineData(12, 14, -10, false)]
    [InlineData(-5, -1, 0, false)]
    [InlineData(-5, -1, 1, true)]
    public void A_turn_that_an_outage_or_a_lost_line_has_cut_short_comes_again(int began, int ended, int lineSince, bool again)
    {
        var outage = new LedgerOutage(Given.Start.AddSeconds(began), Given.Start.AddSeconds(ended));
        var settled = Assert.Single(Book("admitted").Apply(
            [], Given.Snapshot(20, [], outage), Sale, full: false, rebuild: false, Given.Start.AddSeconds(lineSince)));
        Assert.Equal(again ? Settlement.Requeue(Given.Promise(1, 1)) : Settlement.Miss(Given.Place(1)), settled);
    }

    [Theory]
    [InlineData(UnitState.Held)]
    [InlineData(UnitState.Sold)]
    [InlineData(UnitState.Withdrawn)]
    public void Who_was_promised_a_unit_that_the_ledger_gave_to_another_is_called_again(UnitState told)
    {
        var book = Book("admitted");
        var settled = Tell(book, full: false,
            told == UnitState.Withdrawn ? Given.Withdrawn(1) : Given.Row(1, told, Given.Place(9)));
        Assert.Contains(Settlement.Requeue(Given.Promise(1, 1)), settled);
        Assert.Equal(0, book.AdmittedCount);
        Assert.DoesNotContain(1, book.Peek(5));
    }

    [Theory]
    [InlineData(UnitState.Held)]
    [InlineData(UnitState.Sold)]
    [InlineData(UnitState.Withdrawn)]
    public void Invariant1_A_unit_that_comes_back_while_an_earlier_token_for_it_is_out_is_given_to_nobody(UnitState told)
    {
        var book = Book("admitted");
        var taken = told == UnitState.Withdrawn ? Given.Withdrawn(1) : Given.Row(1, told, Given.Place(9));
        Tell(book, full: false, taken);
        Tell(book, full: told == UnitState.Sold, told == UnitState.Sold ? [] : [taken with { State = UnitState.Released }]);
        Assert.Equal([2, 3], book.Peek(5));
        Assert.Equal(2, book.Available(Units));

        // Redeem-by is second 12; after the grace it is free.
        book.Apply([], Given.Snapshot(20, []), Sale, full: false, rebuild: false, Given.Start);
        Assert.Equal([1, 2, 3], book.Peek(5));
        Assert.Equal(3, book.Available(Units));
    }

    [Fact]
    public void Invariant1_A_unit_that_is_kept_for_a_token_counts_and_one_that_a_ledger_put_back_has_not_is_given_to_nobody()
    {
        var book = Book("admitted");
        Tell(book, full: false, Given.Withdrawn(1));
        Tell(book, full: false, Given.Withdrawn(1) with { State = UnitState.Released });
        Assert.Equal(1, book.Available(inventory: 2));
        book.Exist(maxUnit: 2);
        Assert.Equal([2], book.Peek(5));
        book.Admit(Given.Promise(2, unit: 2));
        Assert.Equal(0, book.Available(inventory: 2));
        Assert.Empty(book.Peek(5));
        book.Exist(maxUnit: 3);
        Assert.Equal([3], book.Peek(5));
    }

    [Fact]
    public void Invariant6_A_unit_to_which_a_broken_promise_of_an_old_copy_was_made_is_free_again()
    {
        var book = new UnitBook();
        book.Exist(Units);
        book.Load([Given.Promise(1, unit: 1)], [Given.Promise(1, unit: 2)]);
        Tell(book, full: false, Given.Row(2, UnitState.Held, Given.Place(9)));
        Tell(book, full: false, Given.Row(2, UnitState.Released, Given.Place(9)));
        Assert.Equal([2, 3], book.Peek(5));
        book.Apply([], Given.Snapshot(20, []), Sale, full: false, rebuild: false, Given.Start);
        Assert.Equal([1, 2, 3], book.Peek(5));
    }

    [Fact]
    public void Invariant1_Who_redeems_an_earlier_token_leaves_no_later_one_for_a_unit_that_is_given_away()
    {
        var book = Book("admitted");
        Tell(book, full: false, Given.Withdrawn(1));
        book.Admit(Given.Promise(1, unit: 2));
        Tell(book, full: false, Given.Withdrawn(1) with { State = UnitState.Released }, Given.Row(1, UnitState.Held, Given.Place(1)));
        Assert.Equal([3], book.Peek(5));
    }

    [Fact]
    public void A_token_that_is_redeemed_after_all_is_out_no_more()
    {
        var book = Book("admitted");
        Tell(book, full: false, Given.Withdrawn(1));
        Tell(book, full: false, Given.Withdrawn(1) with { State = UnitState.Released });
        Tell(book, full: false, Given.Row(1, UnitState.Held, Given.Place(1)));
        Tell(book, full: false, Given.Row(1, UnitState.Released, Given.Place(1)));
        Assert.Equal([1, 2, 3], book.Peek(5));
        Assert.Empty(book.TokensOut);
    }

    [Fact]
    public void Invariant1_What_ended_of_an_earlier_owner_frees_no_unit_of_the_next()
    {
        var book = Book("admitted");
        Tell(book, full: false, Given.Row(1, UnitState.Released, Given.Place(1)));
        book.Admit(Given.Promise(2, unit: 1));
        Assert.Empty(Tell(book, full: false, Given.Row(1, UnitState.Released, Given.Place(1))));
        book.Left(Given.Place(1));
        Assert.Equal([2, 3], book.Peek(5));
        Assert.Equal(Given.Promise(2, 1), Assert.Single(book.Admitted));
    }

    [Theory]
    [InlineData("imported")]
    [InlineData("")]
    public void Invariant1_A_unit_that_is_held_by_an_admission_of_nobody_here_is_taken_all_the_same(string admission)
    {
        var book = Book();
        Assert.Empty(Tell(book, full: true, Given.Row(1, UnitState.Held, Given.Place(1)) with { Admission = admission }));
        Assert.Equal([2, 3], book.Peek(5));
        Assert.Equal(2, book.Available(Units));
    }

    [Fact]
    public void Who_left_before_claiming_frees_the_unit_at_once()
    {
        var book = Book("admitted");
        book.Left(Given.Place(2));
        Assert.Equal("admitted", StateOf(book));
        book.Left(Given.Place(1));
        Assert.Equal("free", StateOf(book));
    }

    [Fact]
    public void Invariant1_A_promise_keeps_its_unit_whichever_cart_an_old_copy_says_it_is_in()
    {
        var book = Book();
        book.Load([Given.Promise(1, unit: 1)], [Given.Promise(2, unit: 1), Given.Promise(3, unit: 2)]);
        Assert.Equal([3], book.Peek(5));
        // The ledger says that the old cart is no more: the promise is not touched by it.
        Assert.Equal([Settlement.Release(Given.Place(2))], Tell(book, full: true, Given.Row(2, UnitState.Held, Given.Place(3))));
        Assert.Equal(Given.Promise(1, 1), Assert.Single(book.Admitted));
        Assert.Equal([3], book.Peek(5));
    }

    [Fact]
    public void A_cart_that_moved_to_another_unit_since_an_old_copy_frees_the_first()
    {
        var book = Book("held");
        Assert.Equal(SettlementKind.Hold, Assert.Single(Tell(book, full: true, Given.Row(3, UnitState.Held, Given.Place(1)))).Kind);
        Assert.Equal([1, 2], book.Peek(5));
        Assert.Equal(AdmittedPlace.ChecksumOf(AdmittedPlace.Id(Given.Place(1), 3)), book.HeldSum);
    }

    [Fact]
    public void What_is_in_a_cart_was_claimed()
    {
        var book = Book("admitted");
        Tell(book, full: false, Given.Row(1, UnitState.Held, Given.Place(1)));
        Assert.Equal(Given.Promise(1, 1, claimed: true), Assert.Single(book.Held));
    }

    private static Sale Sale => Given.Sale(Units);

    /// <summary>Of three units, of which the first is so for place 1.</summary>
    private static UnitBook Book(string first = "free")
    {
        var book = new UnitBook();
        book.Exist(Units);
        if (first == "admitted") book.Admit(Given.Promise(1, 1));
        if (first == "held") book.Load([], [Given.Promise(1, 1)]);
        if (first == "sold") Tell(book, full: true, Given.Row(1, UnitState.Sold, Given.Place(1)));
        if (first == "withdrawn") Tell(book, full: true, Given.Withdrawn(1));
        return book;
    }

    private static string StateOf(UnitBook book)
    {
        var isFree = book.Peek(Units).Contains(1);
        Assert.Equal(isFree ? Units : Units - 1, book.Available(Units));
        return (book.AdmittedCount, book.HeldCount, book.SoldCount, isFree) switch
        {
            (0, 0, 0, true) => "free",
            (1, 0, 0, false) => "admitted",
            (0, 1, 0, false) => "held",
            (0, 0, 1, false) => "sold",
            (0, 0, 0, false) => "withdrawn",
            var other => $"{other}",
        };
    }

    private static List<Settlement> Tell(UnitBook book, bool full, params LedgerUnit[] rows) =>
        book.Apply(rows, Given.Snapshot(0, rows), Sale, full, rebuild: false, Given.Start);
}

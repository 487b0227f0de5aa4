using FlashSale.Calling;
using FlashSale.Contract;
using FlashSale.Simulator;

using Xunit;

namespace FlashSale.Tests.Calling;

/// <summary>A ledger that was put back by a moment has lost a sale, and nothing else tells so.</summary>
public sealed class SoldLatelyTests
{
    private readonly SoldLately _sold = new();

    [Fact]
    public void A_sale_that_is_told_no_more_is_missed()
    {
        Tells(0);
        Assert.False(Tells(200, Sold(1)));
        Assert.False(Tells(400, Sold(1), Sold(2)));
        Assert.True(Tells(600, Sold(2)));
        Assert.False(Tells(800, Sold(2)));
    }

    [Fact]
    public void A_sale_need_not_be_told_for_ever()
    {
        Tells(0);
        Tells(200, Sold(1));
        Assert.False(Tells(3300, Sold(1)));
        Assert.False(Tells(3500));
    }

    [Fact]
    public void A_ledger_that_was_not_heard_for_long_is_missed_what_it_told_last()
    {
        Tells(0);
        Tells(200, Sold(1));
        Assert.True(Tells(60_000));
    }

    [Fact]
    public void What_was_sold_and_is_a_cart_that_has_ended_is_missed()
    {
        Tells(0);
        Tells(200, Sold(1));
        Assert.True(Tells(400, Row(1, UnitState.Released)));
    }

    [Fact]
    public void How_old_a_sale_is_that_is_among_the_first_changes_is_not_known()
    {
        Tells(0, Sold(1));
        Assert.False(Tells(200));
    }

    [Fact]
    public void What_was_refunded_is_not_missed()
    {
        Tells(0);
        Tells(200, Sold(1));
        Assert.False(Tells(400, Row(1, UnitState.Released) with { MayJoinAgain = false }));
    }

    [Fact]
    public void When_all_is_told_nothing_is_missed()
    {
        Tells(0);
        Tells(200, Sold(1));
        Assert.False(_sold.Misses([], At(400), full: true));
        Assert.False(Tells(600, Sold(1)));
        Assert.False(Tells(800));
    }

    private bool Tells(int ms, params LedgerUnit[] units) => _sold.Misses(units, At(ms), full: false);

    private static LedgerUnit Sold(int unit) => Row(unit, UnitState.Sold);

    private static LedgerUnit Row(int unit, UnitState state) => new(SaleId.Parse("sold"), unit, state, $"1-{unit:x}-{unit:x}");

    private static DateTimeOffset At(int ms) => Scenario.Epoch.AddMilliseconds(ms);
}

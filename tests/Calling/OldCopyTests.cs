using FlashSale.Calling;
using FlashSale.Contract;
using FlashSale.Queue;
using FlashSale.Simulator;

using Xunit;

namespace FlashSale.Tests.Calling;

/// <summary>
/// An old copy of Redis tells of a place's turn to one unit and of its cart with another, or of a place under two ranks; it has
/// one unit, and no unit is nobody's afterwards.
/// </summary>
public sealed class OldCopyTests
{
    private const int Units = 4;

    private static readonly Place s_place = new(1, 7);

    private static readonly Sale s_sale = Given.Sale(Units);

    [Theory]
    [InlineData(UnitState.Held, 1, 3)]
    [InlineData(UnitState.Held, 2, 3)]
    [InlineData(UnitState.Held, 3, 3)]
    [InlineData(UnitState.Sold, 1, 3)]
    [InlineData(UnitState.Sold, 2, 3)]
    [InlineData(UnitState.Sold, 3, 3)]
    [InlineData(UnitState.Released, 1, 4)]
    [InlineData(UnitState.Released, 2, 4)]
    [InlineData(UnitState.Released, 3, 4)]
    public void What_the_ledger_does_not_say_of_a_place_is_free_once_no_token_for_it_is_out(UnitState state, int unit, int free)
    {
        var book = new UnitBook();
        book.Exist(Units);
        book.Load([Admission(1)], [Admission(2)]);
        var row = new LedgerUnit(s_sale.Id, unit, state, AdmittedPlace.Id(s_place, unit));
        foreach (var at in (DateTimeOffset[])[Scenario.Epoch, Scenario.Epoch.AddHours(1)])
            book.Apply([row], new LedgerSnapshot(at, "1", null, [row]), s_sale, full: true, rebuild: true, Scenario.Epoch);
        Assert.Equal(free, book.Available(Units));
        Assert.Equal(Enumerable.Range(1, Units).Where(one => state == UnitState.Released || one != unit), book.Peek(Units));
    }

    [Fact]
    public void A_place_that_came_back_under_two_ranks_gets_one_unit()
    {
        string[] members = [LineKeys.Member(s_place, 3), LineKeys.Member(new Place(1, 8), 4), LineKeys.Member(s_place, 900)];
        var choice = Chooser.Choose(View(members), s_sale, new LineOrdering(), [1, 2, 3], redeemBy: 100, horizon: 10);
        Assert.Equal([(7u, 1), (8u, 2)], choice!.Admissions.Select(one => (one.Place.Number, one.Unit)));
        Assert.Equal([members[2]], choice.Drop);
    }

    [Fact]
    public void A_place_that_has_a_unit_is_not_called()
    {
        string[] members = [LineKeys.Member(s_place, 3), LineKeys.Member(new Place(1, 8), 4)];
        var choice = Chooser.Choose(
            View(members), s_sale, new LineOrdering(), [1, 2, 3], redeemBy: 100, horizon: 10, hasUnit: place => place == s_place);
        Assert.Equal([(8u, 1)], choice!.Admissions.Select(one => (one.Place.Number, one.Unit)));
        Assert.Equal([members[0]], choice.Drop);
    }

    private static LineView View(string[] returning) => new()
    {
        Epoch = 2,
        Next = 0,
        Head = 0,
        Skipped = 0,
        Past = "1:-",
        Time = 1_000_000,
        Returning = returning,
        ReturningCount = returning.Length,
        Present = returning.Select(member => LineKeys.Field(LineKeys.ParseMember(member).Place)).Distinct().ToDictionary(key => key, _ => new Sighting(1_000_000, 0)),
    };

    private static AdmittedPlace Admission(int unit) =>
        new(s_place, 7, unit, Scenario.Epoch.ToUnixTimeSeconds() + 10, Claimed: true);
}

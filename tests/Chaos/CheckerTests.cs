using FlashSale.LoadTest.Chaos;

using Xunit;

namespace FlashSale.Tests.Chaos;

/// <summary>The checker finds each kind of violation in a forged history, and nothing in a good one.</summary>
public sealed class CheckerTests : ForgedHistory
{
    [Fact]
    public void A_goodEvents_has_no_violation() => Assert.Empty(Found());

    [Fact]
    public void Invariant1_A_unit_in_two_reservations_at_once_is_found()
    {
        Loses("eve", number: 5, unit: 1, at: 31, until: 33);
        Finds("1: unit 1 was in");
    }

    [Fact]
    public void Invariant1_A_unit_promised_twice_at_once_is_found()
    {
        Claims("eve", number: 5, unit: 9, at: 31);
        Claims("fay", number: 6, unit: 9, at: 35);
        Finds("1: unit 9 was promised");
    }

    [Fact]
    public void Invariant1_A_unit_that_is_called_again_for_the_same_place_was_anothers_in_between()
    {
        var again = 32 + (3 * ClaimSeconds);
        Claims("eve", number: 5, unit: 9, at: 31);
        Claims("fay", number: 6, unit: 9, at: 33 + ClaimSeconds);
        Claims("eve", number: 5, unit: 9, at: again);
        Assert.Empty(Found());

        Claims("gil", number: 7, unit: 9, at: again + 2);
        Finds("1: unit 9 was promised");
    }

    [Fact]
    public void Invariant1_A_unit_that_does_not_exist_is_found()
    {
        Buys("eve", number: 5, unit: 11, at: 31);
        Finds("1: unit 11 is not one of");
    }

    [Fact]
    public void Invariant2_A_second_unit_of_a_shopper_is_found()
    {
        Buys("ann", number: 5, unit: 4, at: 32);
        Finds("2: ann bought more than one unit");
    }

    [Fact]
    public void Invariant2_A_place_of_two_shoppers_is_found()
    {
        Claims("eve", number: 2, unit: 4, at: 32);
        Finds("2: the place");
    }

    [Fact]
    public void Invariant4_An_admission_with_two_reservations_is_found()
    {
        Ledger.Add(Row("eve", 4, number: 3, admittedUnit: 3, at: 40) with { State = "released", Ended = Start.AddSeconds(50) });
        Finds("4: admission");
    }

    [Fact]
    public void Invariant5_A_sold_unit_that_nobody_paid_is_found()
    {
        Provider.RemoveAt(0);
        Finds("is sold with 0 net captures");
    }

    [Fact]
    public void Invariant5_A_unit_paid_twice_is_found()
    {
        Provider.Add(Provider[0]);
        Finds("is sold with 2 net captures");
    }

    [Fact]
    public void Invariant5_Money_for_a_unit_that_was_released_is_found()
    {
        Provider.Add(new ProviderRow("s_cid3", Price, 0, true, false));
        Finds("is released with a net capture");
    }

    [Fact]
    public void Invariant5_Money_for_nothing_is_found()
    {
        Provider.Add(new ProviderRow("s_nobody", Price, 0, true, false));
        Finds("which the ledger does not know");
    }

    [Fact]
    public void Invariant6_A_unit_that_stays_in_a_cart_is_found()
    {
        Ledger.Add(Row("eve", 4, number: 5, admittedUnit: 4, at: 40) with { State = "held" });
        Finds("is still held");
    }

    [Fact]
    public void Invariant6_An_authorisation_that_nobody_ends_is_found()
    {
        Provider.Add(new ProviderRow("s_cid3", 0, 0, true, false));
        Finds("neither captured nor voided");
    }

    [Fact]
    public void Invariant7_A_lost_reservation_is_found()
    {
        Says("eve", HistoryAct.Reserve, 40, unit: 4, reservation: "s_eve4", state: "held");
        Finds("was acknowledged and is lost");
    }

    [Fact]
    public void Invariant7_A_lost_sale_is_found()
    {
        Says("cid", HistoryAct.Pay, 25, unit: 3, reservation: "s_cid3", state: "sold");
        Finds("was acknowledged as sold and is released");
    }

    [Fact]
    public void Invariant7_A_reservation_released_before_its_time_is_found()
    {
        Events.Add(new HistoryEvent("cid", HistoryAct.Reserve, HistoryAnswer.Ok, 11_000_000, 11_000_001, Unit: 3,
            Reservation: "s_cid3", State: "held")
        { PayBy = Start.AddSeconds(31) });
        Finds("could be paid until");
    }

    [Fact]
    public void Invariant7_A_place_that_was_given_up_or_changed_is_found()
    {
        Says("fay", HistoryAct.Join, 1, number: 5, state: "waiting");
        Says("fay", HistoryAct.Poll, 2, number: 5, state: "left");
        Says("gus", HistoryAct.Join, 1, number: 6, state: "waiting");
        Says("gus", HistoryAct.Poll, 2, number: 7, state: "waiting");
        Finds("5 of fay was given up, which nobody asked for");
        Finds("gus had number 6 and was then told 7");
    }

    [Fact]
    public void Invariant7_A_ticket_that_is_refused_is_found()
    {
        Events.Add(new HistoryEvent("fay", HistoryAct.Poll, HistoryAnswer.Fail, 1, 2, State: "ticketInvalid"));
        Finds("the ticket of fay was refused");
    }
}

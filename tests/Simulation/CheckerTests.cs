using FlashSale.Contract;
using FlashSale.Simulator;

using Xunit;

namespace FlashSale.Tests.Simulation;

/// <summary>
/// The checker of simulated sales finds each kind of violation of what is promised of units and shoppers, and lets pass what
/// excuses it.
/// </summary>
public sealed class CheckerTests : ForgedFacts
{
    [Fact]
    public void A_good_sale_has_no_violation()
    {
        Buys(shopper: 1, number: 1, unit: 1, at: 1000);
        Buys(shopper: 2, number: 2, unit: 2, at: 1500);
        Buys(shopper: 3, number: 3, unit: 3, at: 2000);
        Waits(shopper: 4, number: 4, from: 2500, until: 59_500);
        FindsNothing();
    }

    [Fact]
    public void Invariant1_A_unit_of_an_open_turn_is_not_given_again()
    {
        Joins(1, 1, 1000);
        Joins(2, 2, 1000);
        Admits(1, unit: 1, at: 2000);
        Admits(2, unit: 1, at: 9000);
        Finds(1, "unit 1 is given again while the turn of number 1 is open");
    }

    [Fact]
    public void Invariant1_A_unit_is_not_given_again_before_its_grace_is_over()
    {
        Admits(1, unit: 1, at: 2000);
        Admits(2, unit: 1, at: 2000 + ClaimMs + GraceMs - 1);
        Finds(1, "before the grace is over");
    }

    [Fact]
    public void Invariant1_A_unit_is_given_again_once_its_grace_is_over()
    {
        Admits(1, unit: 1, at: 2000);
        Admits(2, unit: 1, at: 2000 + ClaimMs + GraceMs);
        FindsNothing();
    }

    [Fact]
    public void Invariant1_A_unit_in_a_cart_is_not_given()
    {
        Joins(1, 1, 1000);
        Takes(1, 1, unit: 1, at: 2000);
        Admits(2, unit: 1, at: 4000);
        Finds(1, "unit 1 is given while the ledger has it as held");
    }

    [Fact]
    public void Invariant1_A_unit_whose_turn_was_given_up_may_be_given_again()
    {
        Joins(1, 1, 1000);
        Admits(1, unit: 1, at: 2000);
        Tell(new Fact.Leaving(2500, 1, Number(1)));
        Admits(2, unit: 1, at: 3000);
        FindsNothing();
    }

    [Fact]
    public void Invariant1_A_token_keeps_the_unit_of_who_leaves()
    {
        Joins(1, 1, 1000);
        Admits(1, unit: 1, at: 2000);
        Claims(1, 1, 1, at: 2400, admittedAt: 2000);
        Tell(new Fact.Leaving(2500, 1, Number(1)));
        Admits(2, unit: 1, at: 3000);
        Finds(1, "is open");
    }

    [Fact]
    public void Invariant1_No_token_comes_out_for_a_unit_that_was_given_to_the_next()
    {
        Joins(1, 1, 1000);
        Admits(1, unit: 1, at: 2000);
        Tell(new Fact.Leaving(2500, 1, Number(1)));
        Admits(2, unit: 1, at: 3000);
        Claims(1, 1, 1, at: 3500, admittedAt: 2000);
        Finds(1, "was given up and given again");
    }

    [Fact]
    public void Invariant1_A_token_for_what_was_never_given_is_found()
    {
        Joins(1, 1, 1000);
        Claims(1, 1, 2, at: 1500, admittedAt: 1400);
        Finds(1, "was never given");
    }

    [Fact]
    public void Invariant1_More_tokens_carts_and_sales_than_units_are_found()
    {
        Buys(1, 1, unit: 1, at: 1000);
        Buys(2, 2, unit: 2, at: 1000);
        Changes(3000, sale => sale with { Inventory = 2 });
        Joins(3, 3, 3000);
        Admits(3, unit: 3, at: 7000);
        Claims(3, 3, 3, at: 7200, admittedAt: 7000);
        Finds(1, "1 tokens are out and 2 units are in carts or sold, of 2");
    }

    [Fact]
    public void Invariant1_A_withdrawn_unit_ends_the_turn_that_names_it()
    {
        Joins(1, 1, 1000);
        Admits(1, unit: 3, at: 2000);
        Claims(1, 1, 3, at: 2400, admittedAt: 2000);
        Withdraws(3, at: 3000);
        Changes(3000, sale => sale with { Inventory = 2 });
        Refused(1, 1, 3, at: 3500, "UnitTaken");
        FindsNothing();
    }

    [Theory]
    [InlineData(7000, 1, true)]
    [InlineData(12_000, 1, false)] // The token is late.
    [InlineData(7000, 2, false)] // Whoever follows a leader does not know of it.
    public void Invariant1_A_unit_that_comes_back_is_given_to_nobody_while_a_token_of_before_is_out(int at, int fence, bool isFound)
    {
        Joins(1, 1, 1000);
        Joins(2, 2, 1000);
        Admits(1, unit: 3, at: 2000);
        Claims(1, 1, 3, at: 2400, admittedAt: 2000);
        Withdraws(3, at: 3000);
        Changes(3000, sale => sale with { Inventory = 2 });
        Tell(new Fact.Committed(5000, 3, 0, "", UnitState.Released));
        Changes(5000, sale => sale with { Inventory = 3 });
        Admits(2, unit: 3, at, fence: fence);
        if (isFound) Finds(1, "unit 3 came back and is given again while the token of number 1 from before is out");
        else FindsNothing();
    }

    [Fact]
    public void Invariant2_A_turn_of_a_place_that_nobody_has_is_found()
    {
        Tell(new Fact.Admitted(2000, Number(7), Rank: 7, Unit: 1, RedeemBy(2000), Room: 0, Fence: 1));
        Finds(2, "unit 1 is given to number 7, which nobody has");
    }

    [Fact]
    public void Invariant1_A_room_hears_of_a_withdrawn_unit_within_its_patience()
    {
        Withdraws(3, at: 2000);
        Changes(2000, sale => sale with { Inventory = 2 });
        Admits(1, unit: 3, at: 2500);
        FindsNothing();
        Admits(2, unit: 3, at: 50_000);
        Finds(1, "withdrawn");
    }

    [Fact]
    public void Invariant1_A_unit_that_does_not_exist_is_found()
    {
        Admits(1, unit: 4, at: 2000);
        Finds(1, "does not exist");
    }

    [Fact]
    public void Invariant1_A_redemption_that_is_committed_after_the_grace_sends_the_next_shopper_back()
    {
        Joins(1, 1, 1000);
        Joins(2, 2, 1000);
        Admits(1, unit: 1, at: 2000);
        Claims(1, 1, 1, at: 2500, admittedAt: 2000);
        var over = 2000 + ClaimMs + GraceMs;
        Admits(2, unit: 1, at: over);
        Claims(2, 2, 1, at: over + 100, admittedAt: over);
        Commits(1, 1, 1, at: over + 200, UnitState.Held);
        Refused(2, 2, 1, at: over + 400, "UnitTaken");
        FindsNothing();
    }

    [Fact]
    public void Invariant1_A_redemption_within_the_grace_may_not_meet_another_promise()
    {
        Joins(1, 1, 1000);
        Admits(1, unit: 1, at: 2000);
        Claims(1, 1, 1, at: 2500, admittedAt: 2000);
        Admits(2, unit: 1, at: 2000 + ClaimMs + 100);
        Commits(1, 1, 1, at: 2000 + ClaimMs + 500, UnitState.Held);
        Finds(1, "unit 1 is taken by shopper 1 and promised to number 2");
    }

    [Fact]
    public void Invariant1_A_unit_taken_twice_in_the_ledger_is_found()
    {
        Buys(1, 1, unit: 1, at: 1000);
        Joins(2, 2, 1000);
        Admits(2, unit: 2, at: 1400);
        Commits(2, 2, 1, at: 3000, UnitState.Held);
        Finds(1, "unit 1 is taken twice in the ledger");
    }

    [Fact]
    public void Invariant2_A_second_place_beside_a_living_one_is_found()
    {
        Joins(1, 1, 1000);
        Joins(1, 2, 5000);
        Finds(2, "shopper 1 has number 1 and gets number 2 beside it");
    }

    [Fact]
    public void Invariant2_Who_left_or_lost_the_line_gets_another_place()
    {
        Joins(1, 1, 1000);
        Tell(new Fact.Leaving(2000, 1, Number(1)));
        Joins(1, 2, 3000);
        Joins(2, 3, 3000);
        Breaks(FaultKind.RedisEmptied, 4000, 5000);
        Tell(new Fact.EpochBegan(6000, Epoch + 1));
        Joins(2, 1, 7000, Epoch + 1);
        FindsNothing();
    }

    [Fact]
    public void Invariant1_A_second_turn_is_over_when_an_older_ledger_takes_the_first_after_all()
    {
        Joins(1, 1, 1000);
        Joins(2, 2, 1000);
        Takes(1, 1, unit: 1, at: 2000);
        Commits(1, 1, 1, at: 3000, UnitState.Released);
        Admits(2, unit: 1, at: 3500);
        Claims(2, 2, 1, at: 4000, admittedAt: 3500);
        // Unit 1 is in a cart again, and so number 2 is called to another.
        Tell(new Fact.LedgerRestored(5000, To: 2700));
        Admits(2, unit: 2, at: 5500);
        Commits(1, 1, 1, at: 5600, UnitState.Released);
        Commits(2, 2, 1, at: 5700, UnitState.Held);
        Joins(3, 3, 5000);
        Admits(3, unit: 2, at: 6000);
        FindsNothing();
    }

    [Fact]
    public void Invariant2_A_cart_that_lives_again_in_an_older_ledger_is_not_known_at_once()
    {
        Joins(1, 1, 1000);
        Takes(1, 1, unit: 1, at: 2000);
        Commits(1, 1, 1, at: 4000, UnitState.Released);
        Joins(1, 2, 4500);
        Tell(new Fact.LedgerRestored(5000, To: 3000));
        Commits(1, 1, 1, at: 5050, UnitState.Held);
        Admits(2, unit: 2, at: 5300);
        FindsNothing();
    }

    [Fact]
    public void Invariant2_A_place_of_two_shoppers_is_found()
    {
        Joins(1, 1, 1000);
        Joins(2, 1, 2000);
        Finds(2, "number 1 of shopper 1 is given to shopper 2");
    }

    [Fact]
    public void Invariant2_A_second_turn_beside_an_open_one_is_found()
    {
        Joins(1, 1, 1000);
        Joins(1, 2, 1800);
        Admits(1, unit: 1, at: 4000);
        Admits(2, unit: 2, at: 4100);
        Finds(2, "gets a turn as number 2 while that of number 1 is open");
    }

    [Fact]
    public void Invariant2_Whose_place_it_was_may_be_lost_with_Redis()
    {
        Joins(1, 1, 1000);
        Breaks(FaultKind.RedisEmptied, 1500, 1600);
        Tell(new Fact.EpochBegan(1700, Epoch + 1));
        Joins(1, 1, 1800, Epoch + 1);
        Admits(1, unit: 1, at: 4000);
        Admits(1, unit: 2, at: 4100, Epoch + 1);
        Assert.DoesNotContain(Found(), one => one.Invariant == 2);
    }

    [Fact]
    public void Invariant2_A_turn_beside_a_unit_is_found()
    {
        Buys(1, 1, unit: 1, at: 1000);
        Joins(1, 2, 5000);
        Admits(2, unit: 2, at: 6000);
        Finds(2, "gets a turn and has unit 1 already");
    }

    [Fact]
    public void Invariant2_Two_carts_of_a_shopper_are_found()
    {
        Buys(1, 1, unit: 1, at: 1000);
        Admits(2, unit: 2, at: 1500);
        Commits(1, 2, 2, at: 4000, UnitState.Held);
        Finds(2, "shopper 1 takes unit 2 and has unit 1 already");
    }

    [Fact]
    public void Invariant4_An_admission_that_makes_two_reservations_is_found()
    {
        Joins(1, 1, 1000);
        Takes(1, 1, 1, at: 2000);
        Commits(1, 1, 1, at: 3000, UnitState.Released);
        Commits(1, 1, 1, at: 4000, UnitState.Held);
        Finds(4, "makes a second reservation");
    }

    [Fact]
    public void Invariant6_A_cart_that_never_ends_is_found()
    {
        Joins(1, 1, 1000);
        Takes(1, 1, 1, at: 2000);
        Ends(60_000);
        Finds(6, "unit 1 is in the cart of shopper 1 to this day");
    }

    [Fact]
    public void Invariant6_A_unit_that_stays_free_while_somebody_waits_is_found()
    {
        Buys(1, 1, unit: 1, at: 1000);
        Waits(2, 2, from: 3000, until: 59_500);
        Finds(6, "2 of 3 units are free since 2.000 s, and number 2 of shopper 2 waits");
    }

    [Fact]
    public void Invariant6_Nobody_waits_for_nothing_when_the_sale_is_paused_or_the_shopper_is_not_there()
    {
        Waits(2, 2, from: 3000, until: 8000);
        Tell(new Fact.Presence(9000, 2, Obeys: false));
        Ends(60_000);
        FindsNothing();
        Waits(3, 3, from: 3000, until: 59_500);
        Changes(50_000, sale => sale with { Paused = true });
        FindsNothing();
    }
}

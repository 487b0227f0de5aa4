using FlashSale.Contract;
using FlashSale.Queue;
using FlashSale.Simulator;

using Xunit;

namespace FlashSale.Tests.Simulation;

/// <summary>
/// The checker of simulated sales finds each broken promise, and lets pass what a ledger that was put back, a lost line or
/// the shopper's own wish excuses.
/// </summary>
public sealed class CheckerOfPromisesTests : ForgedFacts
{
    [Theory]
    [InlineData(PlaceState.Left, "is told that it has left, which nobody asked for")]
    [InlineData(PlaceState.Missed, "is told that its turn is over, which it is not")]
    [InlineData(PlaceState.Redeemed, "is told Redeemed, of which the ledger knows nothing")]
    [InlineData(PlaceState.Bought, "is told Bought, of which the ledger knows nothing")]
    [InlineData(PlaceState.Released, "is told Released, of which the ledger knows nothing")]
    [InlineData(PlaceState.Admitted, "is told of a turn that it never got")]
    public void Invariant7_A_place_is_told_only_what_became_of_it(PlaceState state, string what)
    {
        Joins(1, 1, 1000);
        Polls(1, 1, 2000, state);
        Finds(7, what);
    }

    [Fact]
    public void Invariant7_A_place_may_be_told_all_that_became_of_it()
    {
        Joins(1, 1, 1000);
        Tell(new Fact.Leaving(1500, 1, Number(1)));
        Polls(1, 1, 2000, PlaceState.Left);
        Joins(2, 2, 1000);
        Takes(2, 2, 1, at: 2000);
        Polls(2, 2, 3000, PlaceState.Redeemed);
        Commits(2, 2, 1, 4000, UnitState.Released);
        Polls(2, 2, 5000, PlaceState.Released);
        Buys(3, 3, 2, at: 3000);
        Polls(3, 3, 5000, PlaceState.Bought);
        FindsNothing();
    }

    [Fact]
    public void Invariant7_A_request_to_leave_may_arrive_after_the_shopper_has_come_back()
    {
        Joins(1, 1, 1000);
        Tell(new Fact.Leaving(1500, 1, Number(1)));
        Tell(new Fact.Joined(2000, 1, Number(1), IsNew: false) { Edge = 0, SentAt = 1990 });
        Polls(1, 1, 3000, PlaceState.Left);
        FindsNothing();
    }

    [Fact]
    public void Invariant7_A_place_that_is_taken_up_again_once_leaving_was_answered_is_kept()
    {
        Joins(1, 1, 1000);
        Tell(new Fact.Leaving(1500, 1, Number(1)));
        Tell(new Fact.Left(1600, 1, Number(1)));
        Tell(new Fact.Joined(2000, 1, Number(1), IsNew: false) { Edge = 0, SentAt = 1990 });
        Polls(1, 1, 3000, PlaceState.Left);
        Finds(7, "is told that it has left, which nobody asked for");
    }

    [Fact]
    public void Invariant7_A_copy_of_Redis_may_be_of_when_the_shopper_had_left()
    {
        Joins(1, 1, 1000);
        Tell(new Fact.Leaving(1500, 1, Number(1)));
        Tell(new Fact.Left(1600, 1, Number(1)));
        Tell(new Fact.Joined(2000, 1, Number(1), IsNew: false) { Edge = 0, SentAt = 1990 });
        Breaks(FaultKind.RedisOldCopy, 2500, 2600);
        Polls(1, 1, 4000, PlaceState.Left);
        FindsNothing();
    }

    [Fact]
    public void Invariant7_A_token_may_be_refused_when_the_sale_was_over_for_a_while()
    {
        Joins(1, 1, 1000);
        Changes(1500, sale => sale with { EndsAt = Scenario.Epoch.AddSeconds(3) });
        Admits(1, 1, at: 2000);
        Claims(1, 1, 1, at: 2500, admittedAt: 2000);
        Changes(3200, sale => sale with { EndsAt = Scenario.Epoch.AddSeconds(60) });
        Tell(new Fact.RedeemRefused(3300, 1, 1, Id(1, 1), "SaleEnded", ByClock: false) { SentAt = 3100 });
        FindsNothing();
        Tell(new Fact.RedeemRefused(3500, 1, 1, Id(1, 1), "SaleEnded", ByClock: false) { SentAt = 3300 });
        Finds(7, "is refused: SaleEnded");
    }

    [Fact]
    public void Invariant7_Of_two_places_that_a_loss_made_one_is_given_up()
    {
        Joins(1, 1, 1000);
        Breaks(FaultKind.RedisEmptied, 1500, 1600);
        Tell(new Fact.EpochBegan(1700, Epoch + 1));
        Joins(1, 1, 2500, Epoch + 1);
        Polls(1, 1, 4000, PlaceState.Left);
        FindsNothing();
    }

    [Fact]
    public void Invariant7_A_turn_is_not_taken_back()
    {
        Joins(1, 1, 1000);
        Admits(1, 1, at: 2000);
        Polls(1, 1, 2300);
        FindsNothing();
        Polls(1, 1, 4000);
        Finds(7, "is told to wait, 1.980 s after its turn began");
    }

    [Fact]
    public void Invariant7_A_turn_may_be_lost_with_the_line()
    {
        Joins(1, 1, 1000);
        Admits(1, 1, at: 2000);
        Breaks(FaultKind.RedisEmptied, 2100, 2200);
        Tell(new Fact.EpochBegan(2300, Epoch + 1));
        Polls(1, 1, 4000);
        Tell(new Fact.ClaimRefused(4100, 1, Number(1), "NotYourTurn"));
        FindsNothing();
    }

    [Fact]
    public void Invariant7_A_turn_that_was_told_can_be_claimed_until_redeem_by()
    {
        Joins(1, 1, 1000);
        Admits(1, 1, at: 2000);
        Polls(1, 1, 2500, PlaceState.Admitted);
        Tell(new Fact.ClaimRefused(2000 + ClaimMs, 1, Number(1), "Missed"));
        FindsNothing();
        Tell(new Fact.ClaimRefused(2000 + ClaimMs - 1, 1, Number(1), "Missed"));
        Finds(7, "was told of the turn of number 1, and is refused it: Missed");
    }

    [Fact]
    public void Invariant7_A_token_is_taken_until_redeem_by()
    {
        Joins(1, 1, 1000);
        Admits(1, 1, at: 2000);
        Claims(1, 1, 1, at: 2500, admittedAt: 2000);
        Refused(1, 1, 1, at: 2000 + ClaimMs + 50, "AdmissionMissed", byClock: true);
        FindsNothing();
        Refused(1, 1, 1, at: 4000, "AdmissionMissed", byClock: true);
        Finds(7, "redeems the token for unit 1 in time, and is refused: AdmissionMissed");
    }

    [Theory]
    [InlineData("UnitTaken")]
    [InlineData("AdmissionSpent")]
    public void Invariant7_A_token_in_time_is_refused_for_no_other_reason(string why)
    {
        Joins(1, 1, 1000);
        Admits(1, 1, at: 2000);
        Claims(1, 1, 1, at: 2500, admittedAt: 2000);
        Refused(1, 1, 1, at: 4000, why);
        Finds(7, $"is refused: {why}");
    }

    [Fact]
    public void Invariant7_A_spent_token_is_refused()
    {
        Joins(1, 1, 1000);
        Takes(1, 1, 1, at: 2000);
        Commits(1, 1, 1, at: 4000, UnitState.Released);
        Refused(1, 1, 1, at: 5000, "AdmissionSpent");
        FindsNothing();
    }

    [Fact]
    public void Invariant7_A_token_is_refused_after_the_sale()
    {
        Changes(1000, sale => sale with { EndsAt = Scenario.Epoch.AddSeconds(5) });
        Joins(1, 1, 1000);
        Admits(1, 1, at: 2000);
        Claims(1, 1, 1, at: 2500, admittedAt: 2000);
        Refused(1, 1, 1, at: 5100, "SaleEnded");
        FindsNothing();
    }

    [Fact]
    public void Invariant7_What_is_acknowledged_is_in_the_ledger()
    {
        Joins(1, 1, 1000);
        Takes(1, 1, 1, at: 2000);
        Tell(new Fact.Acknowledged(3000, 1, 1, Id(1, 1), UnitState.Sold));
        Finds(7, "is told that unit 1 is sold, which the ledger never had");
    }

    [Fact]
    public void Invariant7_A_sale_is_not_undone()
    {
        Buys(1, 1, 1, at: 1000);
        Commits(1, 1, 1, at: 4000, UnitState.Released);
        Finds(7, "unit 1 was sold to shopper 1 and is given back");
    }

    [Fact]
    public void Invariant7_A_ledger_that_was_put_back_excuses_what_it_lost_and_nothing_else()
    {
        Buys(1, 1, 1, at: 1000);
        Joins(2, 2, 3000);
        Takes(2, 2, 2, at: 3000);
        Tell(new Fact.LedgerRestored(4000, To: 3200));
        Joins(3, 3, 5000);
        Admits(3, 2, at: 5500);
        Commits(2, 2, 2, at: 6000, UnitState.Held);
        Claims(3, 3, 2, at: 6500, admittedAt: 5500);
        Refused(3, 3, 2, at: 7000, "UnitTaken");
        FindsNothing();
        Admits(4, 1, at: 7500);
        Finds(1, "unit 1 is given while the ledger has it as sold");
    }

    [Fact]
    public void Invariant7_A_ledger_that_was_put_back_takes_units_from_whom_they_were_given_to_since()
    {
        Joins(1, 1, 1000);
        Takes(1, 1, 1, at: 2000);
        Commits(1, 1, 1, at: 4000, UnitState.Released);
        Joins(2, 2, 4000);
        Admits(2, 1, at: 4500);
        Claims(2, 2, 1, at: 4700, admittedAt: 4500);
        Tell(new Fact.LedgerRestored(5000, To: 3000));
        Refused(2, 2, 1, at: 5500, "UnitTaken");
        FindsNothing();
    }

    [Fact]
    public void Invariant7_An_epoch_begins_only_when_the_line_is_lost()
    {
        Joins(1, 1, 1000);
        Tell(new Fact.EpochBegan(5000, Epoch + 1));
        Finds(7, "begins though Redis has lost nothing");
    }

    [Fact]
    public void Invariant7_A_later_epoch_is_a_higher_one()
    {
        Breaks(FaultKind.RedisEmptied, 1500, 1600);
        Tell(new Fact.EpochBegan(1700, Epoch - 1));
        Finds(7, "its places would go first");
    }

    [Fact]
    public void Invariant8_A_room_that_was_followed_admits_nobody()
    {
        Admits(1, 1, at: 2000, room: 1, fence: 2);
        Admits(2, 2, at: 3000, room: 0, fence: 1);
        Finds(8, "room 0 admits with fence 1 after room 1 with fence 2");
    }

    [Theory]
    [InlineData(30_000, true)]
    [InlineData(15_000, false)] // A line that was lost may still be waiting for promises that nobody knows of.
    public void Invariant8_What_was_closed_opens_again(int at, bool isFound)
    {
        Joins(1, 1, 1000);
        Tell(new Fact.Unanswered(at + 5000, 1, Question.Claim, SentAt: at));
        if (isFound) Finds(8, "shopper 1 asks (claim) 30.000 s after the last fault, and is not answered");
        else FindsNothing();
    }

    [Fact]
    public void Invariant8_Nobody_is_admitted_without_a_line()
    {
        Breaks(FaultKind.RedisDies, 1500, 1600);
        Admits(1, 1, at: 2000);
        Finds(8, "though Redis may have lost the line");
    }

    [Fact]
    public void Invariant8_Nobody_is_admitted_while_older_tickets_take_their_places()
    {
        Breaks(FaultKind.RedisDies, 1500, 1600);
        Tell(new Fact.EpochBegan(1700, Epoch + 1));
        Admits(1, 1, at: 2000);
        Finds(8, "while older tickets take their places again");
    }

    [Fact]
    public void Invariant8_Nobody_is_admitted_in_a_pause()
    {
        Changes(2000, sale => sale with { Paused = true });
        Admits(1, 1, at: 2200);
        FindsNothing();
        Admits(2, 2, at: 3500);
        Finds(8, "though the sale is paused");
    }

    [Fact]
    public void Invariant8_A_room_that_cannot_hear_of_a_pause_goes_on_for_its_patience()
    {
        Breaks(FaultKind.PullsLost, 1900, 6000);
        Changes(2000, sale => sale with { Paused = true });
        Admits(1, 1, at: 4000);
        FindsNothing();
        Admits(2, 2, at: 5900);
        Finds(8, "though the sale is paused");
    }

    [Fact]
    public void Invariant8_Nobody_is_admitted_before_the_start()
    {
        Begins(Sale with { StartsAt = Scenario.Epoch.AddSeconds(3) }, fixedAt: 3010);
        Admits(1, 1, at: 2990);
        Finds(8, "has not started");
    }

    [Fact]
    public void Invariant8_Nobody_is_admitted_after_the_end()
    {
        Changes(1000, sale => sale with { EndsAt = Scenario.Epoch.AddSeconds(3) });
        Admits(1, 1, at: 3100);
        FindsNothing();
        Admits(2, 2, at: 5000);
        Finds(8, "has ended");
    }

    [Fact]
    public void Invariant8_Nobody_is_admitted_without_the_ledger()
    {
        Breaks(FaultKind.LedgerAway, 2000, 9000);
        Admits(1, 1, at: 4000);
        FindsNothing();
        Admits(2, 2, at: 7000);
        Finds(8, "without having heard the ledger for 4.700 s");
    }

    [Fact]
    public void Invariant8_What_was_decided_before_a_pause_of_the_process_may_come_after_it()
    {
        Breaks(FaultKind.LedgerAway, 2000, 9000);
        Breaks(FaultKind.RoomPauses, 4000, 8000);
        Admits(2, 2, at: 8100);
        FindsNothing();
    }

    [Fact]
    public void Invariant8_No_more_are_admitted_than_the_operator_allows()
    {
        Begins(Sale with { AdmitPerSecond = 2, Inventory = 9, MaxUnit = 9 });
        for (var number = 1; number <= 3; number++) Admits(number, number, at: 2000);
        FindsNothing();
        for (var number = 4; number <= 5; number++) Admits(number, number, at: 2100);
        Finds(8, "5 are admitted within");
    }
}

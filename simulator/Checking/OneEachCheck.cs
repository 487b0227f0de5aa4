using FlashSale.Contract;

namespace FlashSale.Simulator.Checking;

/// <summary>
/// Invariant 2: one place, one turn, one cart and one bought unit for each shopper; and invariant 4: an admission makes one
/// reservation.
/// </summary>
internal sealed class OneEachCheck(Known known, ICollection<Violation> found) : Check(known, found)
{
    public override void Judge(Fact fact)
    {
        switch (fact)
        {
            case Fact.PlaceGiven given: Judge(given.Shopper, given.Place, given); break;
            case Fact.Joined { IsNew: true } joined: Judge(joined.Shopper, joined.Place, joined); break;
            case Fact.Admitted admitted: Judge(admitted); break;
            case Fact.Claimed claimed: Judge(claimed); break;
            case Fact.Committed { State: UnitState.Held } committed: Judge(committed); break;
        }
    }

    private void Judge(int shopper, Queue.Place place, Fact fact)
    {
        if (Known.Find(place) is { } held)
        {
            if (held.Shopper != shopper)
                Violated(2, $"number {place.Number} of {Name(held.Shopper)} is given to {Name(shopper)}", held.GivenBy, fact);
            return;
        }

        var alive = Known.Of(shopper).Places.FindLast(one => MustBeAlive(one, fact.At));
        if (alive is not null)
            Violated(2, $"{Name(shopper)} has number {alive.Place.Number} and gets number {place.Number} beside it",
                alive.GivenBy, alive.ToldBy, fact);
    }

    /// <summary>It was neither left nor used up, and Redis cannot have lost whose it is.</summary>
    private bool MustBeAlive(HeldPlace place, long at) =>
        place.Leaving is null
        && !Known.Troubles.LostDataSince(place.GivenBy.At)
        && !Known.MayBeOneWithAnother(place)
        && !place.Turns.Exists(turn => turn.IsRedeemed || turn.Excused is not null || at >= turn.RedeemBy + Known.GraceMs);

    private void Judge(Fact.Admitted admitted)
    {
        if (Known.Find(admitted.Place) is not { } place) return;
        if (!Known.Troubles.LostDataSince(place.GivenBy.At))
        {
            if (place.Left is { } left)
                Violated(2, $"number {place.Place.Number} of {Name(place.Shopper)} gets a turn after it was left", place.GivenBy, left, admitted);
            if (place.Turns.Find(turn => turn.IsRedeemed && turn.Excused is null) is { } used)
                Violated(2, $"number {place.Place.Number} of {Name(place.Shopper)} gets a turn after it was used", used.Given, admitted);
        }

        // Whose place it was Redis may have lost: who comes without the ticket then is somebody new to it.
        var others = Known.Of(place.Shopper).Places.Where(one => one != place && !Known.Troubles.LostDataSince(one.GivenBy.At));
        foreach (var turn in others.SelectMany(one => one.Turns).Where(turn => turn.IsLive(admitted.At)))
            Violated(2, $"{Name(place.Shopper)} gets a turn as number {place.Place.Number} while that of number {turn.Given.Place.Number} is open",
                turn.Given, admitted);
        if (Known.Ledger.OfShopper(place.Shopper) is not { } row || row.RevivedAt >= 0) return;
        // Whose place it is Redis may have lost; then the ledger refuses the second unit.
        if (Known.TurnOf(row.Admission) is { } own && !Known.Troubles.LostDataSince(own.Given.At))
            Violated(2, $"{Name(place.Shopper)} gets a turn and has unit {row.Unit} already", own.Given, row.Fact, admitted);
    }

    private void Judge(Fact.Claimed claimed)
    {
        if (Known.Find(claimed.Place) is { } place && place.Shopper != claimed.Shopper)
            Violated(2, $"{Name(claimed.Shopper)} claims with number {claimed.Place.Number} of {Name(place.Shopper)}", place.GivenBy, claimed);
    }

    private void Judge(Fact.Committed committed)
    {
        // A payment that begins or fails is a step of the same cart.
        if (Known.Ledger.Of(committed.Admission) is { State: UnitState.Held }) return;
        if (Known.Ledger.OfShopper(committed.Shopper) is { } row)
            Violated(2, $"{Name(committed.Shopper)} takes unit {committed.Unit} and has unit {row.Unit} already", row.Fact, committed);
        if (Known.Ledger.Of(committed.Admission) is { } before)
            Violated(4, $"admission {committed.Admission} makes a second reservation", before.Fact, committed);
    }
}

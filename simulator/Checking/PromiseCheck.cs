using FlashSale.Contract;
using FlashSale.Queue;

namespace FlashSale.Simulator.Checking;

/// <summary>
/// Invariant 7: an answer is a promise. A place stays until it is left, used or missed; a turn that was told can be claimed
/// and a token redeemed in time; what is in the cart, or sold, is so in the ledger.
/// </summary>
internal sealed class PromiseCheck(Known known, ICollection<Violation> found) : Check(known, found)
{
    public override void Judge(Fact fact)
    {
        switch (fact)
        {
            case Fact.Polled polled when Known.Find(polled.Place) is { } place: Judge(polled, place); break;
            case Fact.ClaimRefused refused when Known.Find(refused.Place) is { } place: Judge(refused, place); break;
            case Fact.RedeemRefused refused: Judge(refused); break;
            case Fact.Acknowledged told: Judge(told); break;
            case Fact.Committed { State: UnitState.Released } released
                when Known.Ledger.Of(released.Admission) is { State: UnitState.Sold } sold:
                Violated(7, $"unit {released.Unit} was sold to {Name(sold.Shopper)} and is given back", sold.Fact, released);
                break;
        }
    }

    private void Judge(Fact.Polled polled, HeldPlace place)
    {
        var number = $"number {place.Place.Number} of {Name(polled.Shopper)}";
        switch (polled.State)
        {
            case PlaceState.Waiting when TurnTakenBack(polled, place) is { } turn:
                Violated(7, $"{number} is told to wait, {Seconds(polled.SentAt - turn.Given.At)} after its turn began", turn.Given, polled);
                break;
            case PlaceState.Waiting when TurnPassedUnused(polled, place) is { } turn:
                Violated(3, $"{number} waits again, {Seconds(polled.SentAt - turn.RedeemBy)} after a turn that it was told of and did not use",
                    turn.Given, turn.ToldBy, polled);
                break;
            case PlaceState.Admitted when place.Turns.Count == 0:
                Violated(7, $"{number} is told of a turn that it never got", place.GivenBy, polled);
                break;
            case PlaceState.Left when !MayHaveLeft(place):
                Violated(7, $"{number} is told that it has left, which nobody asked for", place.GivenBy, place.ToldBy, polled);
                break;
            case PlaceState.Missed when !place.Turns.Exists(turn => polled.At >= turn.RedeemBy + Known.GraceMs):
                Violated(7, $"{number} is told that its turn is over, which it is not", [place.GivenBy, .. place.Turns.Select(turn => turn.Given), polled]);
                break;
            case PlaceState.Redeemed when !WasEver(place, UnitState.Held):
            case PlaceState.Bought when !WasEver(place, UnitState.Sold):
            case PlaceState.Released when !WasEver(place, UnitState.Released) && !place.Turns.Exists(turn => turn.Excused is not null):
                Violated(7, $"{number} is told {polled.State}, of which the ledger knows nothing", [place.GivenBy, .. place.Turns.Select(turn => turn.Given), polled]);
                break;
        }
    }

    /// <summary>
    /// The shopper has asked for it; or had, before coming back, and Redis may since be a copy of the time between; or has
    /// another place that is the one that counts.
    /// </summary>
    private bool MayHaveLeft(HeldPlace place) =>
        place.Leaving is not null
        || (place.LastLeaving is { } asked && Known.Troubles.LostDataSince(asked.At))
        || Known.MayBeOneWithAnother(place);

    /// <summary>The turn that began long enough ago for every board, is open, and cannot have been lost.</summary>
    private Turn? TurnTakenBack(Fact.Polled polled, HeldPlace place) =>
        place.Turns.Count > 0 && place.Turns[^1] is var turn && turn.IsLive(polled.At) && place.Leaving is null
        && polled.SentAt >= turn.Given.At + Rules.BoardMs
        && Known.LineLost is null && Known.Epoch?.At <= turn.Given.At
        && !Known.Troubles.Any(turn.Given.At, polled.At)
            ? turn : null;

    /// <summary>The last turn, of which the shopper was told, and which nothing has cut short.</summary>
    private Turn? TurnPassedUnused(Fact.Polled polled, HeldPlace place) =>
        place.Turns.Count > 0 && place.Turns[^1] is { ToldBy: not null, IsRedeemed: false, IsGivenUp: false, Excused: null } turn
        && polled.SentAt >= turn.RedeemBy + Known.GraceMs + Rules.PullMs + Rules.BoardMs
        && Known.LineLost is null && Known.Epoch?.At <= turn.Given.At
        && !Known.Troubles.Any(turn.Given.At - Rules.StaleMs, polled.At)
            ? turn : null;

    private bool WasEver(HeldPlace place, UnitState state) => place.Turns.Exists(turn => Known.Ledger.WasEver(turn.Id, state));

    /// <summary>A turn that the shopper was told of stays open until redeem-by, unless Redis may have lost it.</summary>
    private void Judge(Fact.ClaimRefused refused, HeldPlace place)
    {
        if (place.Turns.Count == 0 || place.Turns[^1] is not { ToldBy: { } told } turn || !turn.IsLive(refused.At)) return;
        if (place.Leaving is not null || Known.LineLost is not null || Known.Epoch?.At > turn.Given.At || HasEnded(refused.SentAt - Rules.PullMs, refused.At)) return;
        Violated(7, $"{Name(refused.Shopper)} was told of the turn of number {place.Place.Number}, and is refused it: {refused.Why}",
            turn.Given, told, refused);
    }

    /// <summary>A token is taken until redeem-by, whatever Redis has lost.</summary>
    private void Judge(Fact.RedeemRefused refused)
    {
        if (Known.TurnOf(refused.Admission) is not { Claimed: { } claimed } turn || refused.At >= turn.RedeemBy) return;
        if (turn.Excused is not null || HasEnded(refused.SentAt, refused.At)) return;
        var (own, other) = (Known.Ledger.Of(refused.Admission), Known.Ledger.OfShopper(refused.Shopper));
        if (!refused.ByClock && (own is { IsLive: false } || (own is null && other is not null))) return;
        Violated(7, $"{Name(refused.Shopper)} redeems the token for unit {refused.Unit} in time, and is refused: {refused.Why}",
            turn.Given, claimed, own?.Fact, refused);
    }

    /// <summary>The sale was over at some time in between, by the settings of that time.</summary>
    private bool HasEnded(long from, long until)
    {
        var next = long.MaxValue;
        for (var i = Known.Settings.Count - 1; i >= 0; next = Known.Settings[i--].At)
        {
            if (next < from) return false;
            if (Known.Settings[i].Sale.EndsAt is { } end && Rules.TrueTime(end) <= Math.Min(next, until)) return true;
        }

        return false;
    }

    private void Judge(Fact.Acknowledged told)
    {
        if (Known.Ledger.WasEver(told.Admission, told.State) || Known.TurnOf(told.Admission)?.Excused is not null) return;
        Violated(7, $"{Name(told.Shopper)} is told that unit {told.Unit} is {told.State.ToString().ToLowerInvariant()}, which the ledger never had",
            Known.TurnOf(told.Admission)?.Given, told);
    }
}

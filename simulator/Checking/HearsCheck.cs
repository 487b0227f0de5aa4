using FlashSale.Queue;

namespace FlashSale.Simulator.Checking;

/// <summary>
/// Invariant 9: whoever does as told hears of the turn while half of the time to claim is left, however long they were told
/// to stay away. Nobody who polls as told is told afterwards that a turn has been missed, and
/// nobody at all of one during which Redis was away.
/// <para>
/// Not judged: a turn in which the shopper did not do as told or no edge answered, or in which something was broken between the
/// room that gave it and the edges that the shopper asked. Of a turn that Redis first hears of when the line is
/// begun anew there may be less than half left: whoever misses it is called again.
/// </para>
/// </summary>
internal sealed class HearsCheck(Known known, ICollection<Violation> found) : Check(known, found)
{
    public override void Judge(Fact fact)
    {
        switch (fact)
        {
            case Fact.Polled { State: PlaceState.Admitted } polled: Judge(polled.Place, polled); break;
            case Fact.Polled { State: PlaceState.Missed } polled: JudgeMissed(polled); break;
        }
    }

    private void Judge(Place place, Fact.Polled polled)
    {
        if (Known.Find(place) is not { Turns: [.., { ToldBy: null } turn] } held || Known.Sale is not { } sale) return;
        if (turn.Given.IsRebuilt) return;
        var half = turn.RedeemBy - sale.ClaimSeconds * 500L;
        if (polled.At <= half || !DoesAsTold(held, turn) || IsHeldUp(held, turn, polled, polled.At)) return;
        Violated(9, $"number {place.Number} of {Name(polled.Shopper)} hears {Seconds(polled.At - half)} too late of its turn",
            turn.Given, Last(held, turn)?.Fact, polled);
    }

    private void JudgeMissed(Fact.Polled polled)
    {
        if (Known.Find(polled.Place) is not { Turns: [.., { ToldBy: null } turn] } held || held.Leaving is not null) return;
        if (Known.Troubles.WasDown(turn.Given.At + Rules.TickMs, turn.RedeemBy) is { } down)
            Violated(9, $"number {polled.Place.Number} of {Name(polled.Shopper)} missed a turn of which Redis could tell nobody", turn.Given, down, polled);
        if (!DoesAsTold(held, turn)) return;
        if (IsHeldUp(held, turn, polled, turn.RedeemBy)) return;
        Violated(9, $"number {polled.Place.Number} of {Name(polled.Shopper)} missed a turn of which it was not told",
            turn.Given, Last(held, turn)?.Fact, polled);
    }

    private bool IsHeldUp(HeldPlace place, Turn turn, Fact.Polled polled, long until)
    {
        var asked = place.Heard.Where(heard => heard.At >= turn.Given.At - Rules.LateMs).Select(heard => heard.Edge);
        var last = Last(place, turn);
        int?[] others = [last?.Edge];
        return Known.Troubles.OfNews(
                turn.Given.Room, [.. asked.Append(polled.Edge).Concat(others.OfType<int>()).Distinct()], turn.Given.At - Rules.LateMs, until)
            || (last is not null
                && Known.Troubles.ReachedAgain([.. place.Heard.Select(heard => heard.Edge)], last.SentAt, turn.Given.At));
    }

    private bool DoesAsTold(HeldPlace place, Turn turn) => Known.Of(place.Shopper).ObeysSince < turn.Given.At;

    /// <summary>The last answer that could not tell of the turn yet.</summary>
    private static Heard? Last(HeldPlace place, Turn turn) =>
        place.Heard.FindLast(heard => heard.SentAt <= turn.Given.At + Rules.BoardMs);
}

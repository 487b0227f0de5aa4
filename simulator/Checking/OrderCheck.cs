using FlashSale.Contract;
using FlashSale.Queue;

namespace FlashSale.Simulator.Checking;

/// <summary>
/// Invariant 3: first come, first served among those who are present. When a place is admitted, nobody whom the line must
/// know to be present, with a smaller rank or of an older epoch, is still waiting.
/// <para>
/// The line must know a shopper as present when an edge that works has answered them lately enough to count (the presence
/// time), and long enough ago for the edge to have told Redis and the room to have looked; with a place of an older epoch:
/// after that edge can have known the new one; in a shuffled line: after it can have known the order.
/// </para>
/// </summary>
internal sealed class OrderCheck(Known known, ICollection<Violation> found) : Check(known, found)
{
    /// <summary>An edge notes the time of a poll to a tenth of a second.</summary>
    private const long TenthsMs = 300;

    private Ranks? _ranks;

    public override void Judge(Fact fact)
    {
        if (fact is not Fact.Admitted admitted || Known.Sale is not { } sale) return;
        if (!RanksOf(admitted.Place, sale).Contains(admitted.Rank))
        {
            Violated(3, $"number {admitted.Place.Number} is called as rank {admitted.Rank}, and is rank {RanksOf(admitted.Place, sale)[0]}", admitted);
            return;
        }

        var looked = Known.Troubles.LastLook(admitted.Room, admitted.At);
        foreach (var person in Known.People.Values)
        {
            if (person.Current is not { } place || place.Place == admitted.Place || !IsBefore(place.Place, admitted, sale)) continue;
            if (Present(place, sale, looked, admitted.At) is not { } heard) continue;
            Violated(3, $"number {admitted.Place.Number} is admitted before number {place.Place.Number} of {Name(person.Id)}, who is present",
                place.GivenBy, place.ToldBy, heard.Fact, admitted);
        }
    }

    /// <summary>Every rank that the place may rightly be called by; of the current epoch there is one.</summary>
    private long[] RanksOf(Place place, Sale sale)
    {
        if (sale.Order == LineOrder.Fifo) return [place.Number];
        _ranks ??= new Ranks(Convert.FromBase64String(sale.Seed));
        var known = Known.Orders.GetValueOrDefault(place.Epoch) is { } order ? _ranks.Of(place.Number, order.Count) : (long?)null;
        if (place.Epoch == Known.Epoch?.Epoch) return [known ?? place.Number];
        return known is { } rank ? [rank, _ranks.OfLost(place)] : [_ranks.OfLost(place)];
    }

    /// <summary>
    /// Older epochs first, then by rank. Where an older epoch's order may be known to some and not to others (Redis lost it),
    /// only who is before in both is before.
    /// </summary>
    private bool IsBefore(Place mine, Fact.Admitted other, Sale sale)
    {
        if (mine.Epoch != other.Place.Epoch) return mine.Epoch < other.Place.Epoch;
        return RanksOf(mine, sale).All(rank => rank < other.Rank);
    }

    /// <summary>The answer by which the line must know that the place's shopper is present and waits; null when it need not.</summary>
    private Heard? Present(HeldPlace place, Sale sale, long looked, long at)
    {
        if (place.Leaving is not null || place.State is not (null or PlaceState.Waiting) || Known.Epoch is not { } epoch) return null;
        if (place.Turns.Count > 0 && !IsOver(place.Turns[^1], at)) return null;
        var presenceMs = sale.PresenceSeconds * 1000L;
        var isPast = place.Place.Epoch < epoch.Epoch;
        var order = sale.Order == LineOrder.Shuffle && !isPast ? Known.Orders.GetValueOrDefault(epoch.Epoch)?.At ?? long.MaxValue : 0;
        for (var i = place.Heard.Count - 1; i >= 0; i--)
        {
            var heard = place.Heard[i];
            if (at - heard.SentAt > presenceMs - TenthsMs) return null;
            if (isPast && heard.SentAt < epoch.At + Rules.BoardMs) return null;
            if (place.Turns.Count > 0 && heard.SentAt < place.Turns[^1].RedeemBy + Known.GraceMs + Rules.BoardMs) return null;
            var news = heard.Fact is Fact.Joined ? 0 : presenceMs / 8 + Rules.ReportMs;
            var told = Math.Max(heard.At, order == 0 ? 0 : order + Rules.BoardMs) + news;
            var from = Math.Min(heard.SentAt - Rules.BoardMs, order == 0 ? long.MaxValue : order);
            if (told <= looked && !Known.Troubles.OfEdge(heard.Edge, from, told)) return heard;
        }

        return null;
    }

    /// <summary>Nobody holds the place to its last turn any more: it ended unused, or could not be used.</summary>
    private static bool IsOver(Turn turn, long at) => !turn.IsRedeemed && (turn.Excused is not null || at >= turn.RedeemBy);
}

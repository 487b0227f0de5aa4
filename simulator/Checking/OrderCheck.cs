using FlashSale.Contract;
using FlashSale.Queue;

namespace FlashSale.Simulator.Checking;

/// <summary>
/// Invariant 3: first come, first served among those who are present. When a place is admitted, nobody whom the line must
/// know to be present, with a smaller rank or of an older epoch, is still waiting.
/// <para>
/// The line must know a shopper as present when an edge that works has answered them lately enough to count (the presence
/// time), and long enough ago for the edge to have told Redis and the room to have looked; of one who was passed over while
/// away: once an edge that can have known so has answered; with a place of an older epoch:
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
        if (fact is not Fact.Admitted { IsRebuilt: false } admitted || Known.Sale is not { } sale) return;
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
        if (Known.MayBeOneWithAnother(place)) return null;
        var last = place.Turns.Count > 0 ? place.Turns[^1] : null;
        if (last is not null && !IsOver(last, at)) return null;
        // With a place of an older epoch, or one that has been called, Redis is asked; what it says is known at once.
        var asksSince = place.Place.Epoch < epoch.Epoch ? Known.Troubles.BoardSince(epoch.At) : long.MaxValue;
        if (place.Place.Epoch < epoch.Epoch && asksSince == long.MaxValue) return null;
        if (last is not null) asksSince = Math.Max(asksSince == long.MaxValue ? 0 : asksSince, last.RedeemBy + Known.GraceMs + Rules.BoardMs);
        var fixedAt = asksSince == long.MaxValue && sale.Order == LineOrder.Shuffle
            ? Known.Orders.GetValueOrDefault(epoch.Epoch)?.At ?? long.MaxValue : 0;
        return asksSince == long.MaxValue
            ? PassedOver(place, epoch, sale, looked, at) ?? Reported(place, sale, fixedAt, looked, at)
            : place.Heard.FindLast(heard => heard.SentAt >= asksSince && heard.At <= looked && IsRecent(heard.SentAt, at, sale)
                && !Known.Troubles.OfEdge(heard.Edge, heard.SentAt - Rules.BoardMs, heard.At));
    }

    /// <summary>
    /// The last answer to somebody whom the line had passed over while away, and whose edge could know so: Redis was asked, and from
    /// then on this shopper goes first. The line has passed over everyone before a rank that it has called.
    /// </summary>
    private Heard? PassedOver(HeldPlace place, Fact.EpochBegan epoch, Sale sale, long looked, long at)
    {
        for (var i = place.Heard.Count - 1; i >= 0 && IsRecent(place.Heard[i].SentAt, at, sale); i--)
        {
            var heard = place.Heard[i];
            if (heard.At > looked || heard.Fact is Fact.Joined { IsNew: true }) continue;
            if (Known.Turns.Exists(turn => turn.Given is { IsRebuilt: false } given && given.Place.Epoch == epoch.Epoch
                && given.At + Rules.BoardMs <= heard.SentAt && IsBefore(place.Place, given, sale)
                && !Known.Troubles.OfNews(given.Room, [heard.Edge], given.At, heard.At))) return heard;
        }

        return null;
    }

    /// <summary>
    /// The last answer of which an edge has told Redis. One who was away may be passed over until the first answer after it
    /// is told, and finds that out, and goes first, at the next one.
    /// </summary>
    private Heard? Reported(HeldPlace place, Sale sale, long fixedAt, long looked, long at)
    {
        Heard? before = null, present = null;
        var (beforeTold, isSure) = (0L, false);
        foreach (var heard in place.Heard)
        {
            var isNew = heard.Fact is Fact.Joined { IsNew: true };
            var told = Math.Max(heard.At, fixedAt == 0 ? 0 : fixedAt + Rules.BoardMs)
                + (isNew && fixedAt == 0 ? 0 : sale.PresenceSeconds * 1000L / 8 + Rules.ReportMs);
            if (told > looked) break;
            if (Known.Troubles.OfEdge(heard.Edge, heard.SentAt - Rules.BoardMs, told)) continue;
            isSure = isNew || heard.SentAt < fixedAt
                || (isSure && before is not null && IsRecent(before.SentAt, told, sale))
                || (before is not null && IsRecent(before.SentAt, heard.SentAt, sale) && beforeTold + Rules.BoardMs <= heard.SentAt);
            (before, beforeTold) = (heard, told);
            if (isSure) present = heard;
        }

        return present is not null && ReferenceEquals(present, before) && IsRecent(present.SentAt, at, sale) ? present : null;
    }

    /// <summary>Who was seen then counts as present now.</summary>
    private static bool IsRecent(long seen, long now, Sale sale) => now - seen <= sale.PresenceSeconds * 1000L - TenthsMs;

    /// <summary>Nobody holds the place to its last turn any more: it ended unused, or could not be used.</summary>
    private static bool IsOver(Turn turn, long at) => !turn.IsRedeemed && (turn.Excused is not null || at >= turn.RedeemBy);
}

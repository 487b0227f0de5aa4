using FlashSale.Contract;
using FlashSale.Queue;

namespace FlashSale.Simulator.Checking;

/// <summary>
/// Invariant 6: nothing leaks. When all is calm and everything has had its time, no cart is left that should have ended, and
/// no unit is free while somebody who does as told waits for one.
/// </summary>
internal sealed class RestCheck(Known known, ICollection<Violation> found) : Check(known, found)
{
    public override void Finish(Fact last)
    {
        if (Known.Sale is not { } sale) return;
        var end = Rules.EndAt;
        foreach (var row in Known.Ledger.Live.Where(row => row.State == UnitState.Held && IsOverdue(row, sale, end)))
            Violated(6, $"unit {row.Unit} is in the cart of {Name(row.Shopper)} to this day", row.Fact, last);

        if (IsClosed(sale, end)) return;
        var since = FreeSince(sale, end, out var free);
        if (free <= 0 || since > end - Rules.SettleMs - Blocked(sale)) return;
        foreach (var person in Known.People.Values)
        {
            if (person.Current is not { State: PlaceState.Waiting, Leaving: null } place || person.ObeysSince is not { } obeys) continue;
            if (obeys > end - Rules.SettleMs - Blocked(sale) || place.Heard.Count == 0) continue;
            Violated(6, $"{free} of {sale.Inventory} units are free since {Seconds(since)}, and number {place.Place.Number} of {Name(person.Id)} waits",
                [.. Known.Turns.TakeLast(3).Select(turn => turn.Given), place.ToldBy, place.Heard[^1].Fact, last]);
            return;
        }
    }

    /// <summary>What a new leader may block units for that it knows nothing of.</summary>
    private static long Blocked(Sale sale) => (sale.ClaimSeconds + sale.GraceSeconds + 2) * 1000L;

    private bool IsOverdue(LedgerRow row, Sale sale, long end) =>
        Math.Max(Math.Max(row.Fact.At, row.RevivedAt), Rules.CalmAt) + (sale.PaySeconds + sale.GraceSeconds) * 1000L + Rules.SettleMs < end;

    private bool IsClosed(Sale sale, long end) =>
        sale.Paused || end - Rules.SettleMs - Blocked(sale) < Rules.TrueTime(sale.StartsAt)
        || (sale.EndsAt is { } ends && end >= Rules.TrueTime(ends));

    /// <summary>
    /// Nobody is called while somebody before them was told to stay away for longer than a turn could wait: until then, and
    /// until they count as away.
    /// </summary>
    private long AwaitedUntil(Sale sale) => Known.People.Values
        .Select(person => person.Current).OfType<HeldPlace>()
        .Where(place => place is { State: PlaceState.Waiting, Left: null, Heard.Count: > 0 })
        .Select(place => place.Heard[^1]).Where(heard => heard.NextPollMs > Rules.ReachMs(sale))
        .Select(heard => heard.At + heard.NextPollMs + Math.Max(sale.PresenceSeconds * 500L, Rules.AwayMs))
        .DefaultIfEmpty(0).Max();

    /// <summary>Since when as many units as now, at least, have been free, and how many that is.</summary>
    private long FreeSince(Sale sale, long end, out int free)
    {
        var graceMs = sale.GraceSeconds * 1000L;
        free = sale.Inventory - Known.Ledger.TakenCount - Known.Turns.Count(turn => turn.Blocks(end, graceMs));
        var over = Known.Turns.Where(turn => !turn.IsRedeemed).Select(turn => turn.RedeemBy + graceMs)
            .Where(at => at <= end).DefaultIfEmpty(0).Max();
        over = Math.Max(over, AwaitedUntil(sale));
        return Math.Max(Math.Max(over, Known.Ledger.ChangedAt), Math.Max(Known.Settings[^1].At, Rules.CalmAt));
    }
}

using FlashSale.Contract;

namespace FlashSale.Simulator.Checking;

/// <summary>
/// Invariant 1: never oversold. No unit is promised or taken twice, at no instant are there more tokens out, carts and sales
/// than units, and a unit is not given again before its grace is over.
/// </summary>
internal sealed class UnitCheck(Known known, ICollection<Violation> found) : Check(known, found)
{
    /// <summary>The inventory before a change at this very instant, which may be one commit of several facts.</summary>
    private (long At, int Inventory) _before = (-1, 0);

    public override void Judge(Fact fact)
    {
        switch (fact)
        {
            case Fact.Admitted admitted: Judge(admitted); break;
            case Fact.Claimed claimed: Judge(claimed); break;
            case Fact.Committed committed: Judge(committed); break;
            case Fact.SaleChanged or Fact.LedgerRestored when Known.Sale is { } sale:
                _before = (fact.At, _before.At == fact.At ? Math.Max(_before.Inventory, sale.Inventory) : sale.Inventory);
                break;
        }
    }

    public override void Settle(Fact fact)
    {
        if (fact is not (Fact.Claimed or Fact.Committed or Fact.SaleChanged) || Known.Sale is not { } sale) return;
        var tokens = Known.Turns.Where(turn => turn.Claimed is not null && turn.IsLive(fact.At)).ToList();
        var inventory = _before.At == fact.At ? Math.Max(_before.Inventory, sale.Inventory) : sale.Inventory;
        var taken = Known.Ledger.TakenCount;
        if (tokens.Count + taken <= inventory) return;
        Violated(1, $"{tokens.Count} tokens are out and {taken} units are in carts or sold, of {inventory}",
            [.. Known.Ledger.Live.Select(row => row.Fact), .. tokens.Select(turn => turn.Claimed), fact]);
    }

    private void Judge(Fact.Admitted admitted)
    {
        var (unit, at) = (admitted.Unit, admitted.At);
        if (unit < 1 || unit > UnitsKnownTo(admitted))
            Violated(1, $"unit {unit} is given, which does not exist", admitted);
        foreach (var turn in Known.TurnsOn(unit).Where(turn => turn.Blocks(at, Known.GraceMs)))
            Violated(1, turn.IsLive(at)
                    ? $"unit {unit} is given again while the turn of number {turn.Given.Place.Number} is open until {Seconds(turn.RedeemBy)}"
                    : $"unit {unit} is given again before the grace is over: number {turn.Given.Place.Number} may have redeemed it in time",
                turn.Given, turn.Claimed, admitted);
        // Whoever follows a leader does not know of such a token; then the schema decides.
        foreach (var turn in Known.TurnsOn(unit).Where(turn => turn is { IsWithdrawn: true, IsRedeemed: false, IsGivenUp: false }
            && at < turn.RedeemBy && turn.Given.Fence == admitted.Fence))
            Violated(1, $"unit {unit} came back and is given again while the token of number {turn.Given.Place.Number} from before is out",
                turn.Given, turn.Claimed, admitted);
        if (Known.Ledger.On(unit) is { } row && !MayNotBeKnown(row, admitted))
            Violated(1, $"unit {unit} is given while the ledger has it as {row.State.ToString().ToLowerInvariant()}",
                Known.TurnOf(row.Admission)?.Given, row.Fact, admitted);
    }

    /// <summary>The highest unit there is, or was when the room may have heard of the sale's settings last.</summary>
    private int UnitsKnownTo(Fact.Admitted admitted)
    {
        var since = Known.Troubles.LastLook(admitted.Room, admitted.At) - Rules.StaleMs;
        return Known.Settings.Where((_, i) => i + 1 == Known.Settings.Count || Known.Settings[i + 1].At >= since)
            .Select(one => one.Sale.MaxUnit).DefaultIfEmpty(0).Max();
    }

    /// <summary>
    /// A room knows which units it gave, but not at once of one that the ledger alone has taken: withdrawn by an operator,
    /// back with an older state, or committed after the grace was over.
    /// </summary>
    private bool MayNotBeKnown(LedgerRow row, Fact.Admitted admitted)
    {
        var since = row.RevivedAt >= 0 ? row.RevivedAt : row.Fact.At;
        var turn = Known.TurnOf(row.Admission);
        var byLedgerAlone = row.State == UnitState.Withdrawn || row.RevivedAt >= 0 || turn?.Excused is not null
            || turn?.RedeemBy + Known.GraceMs <= row.Fact.At;
        return byLedgerAlone && since >= Known.Troubles.LastLook(admitted.Room, admitted.At) - Rules.StaleMs;
    }

    private void Judge(Fact.Claimed claimed)
    {
        var turn = Known.Turns.FindLast(one => one.Given.Place == claimed.Place && one.Unit == claimed.Unit);
        if (turn is null)
        {
            Violated(1, $"{Name(claimed.Shopper)} has a token for unit {claimed.Unit}, which number {claimed.Place.Number} was never given", claimed);
            return;
        }

        if (Rules.TrueTime(claimed.RedeemBy) != turn.RedeemBy)
            Violated(1, $"the token of {Name(claimed.Shopper)} says another redeem-by than the line", turn.Given, claimed);
        if (!turn.IsGivenUp) return; // A unit that is given twice was judged when it was.
        foreach (var other in Known.TurnsOn(claimed.Unit).Where(one => one != turn && one.IsLive(claimed.At)))
            Violated(1, $"unit {claimed.Unit} was given up and given again, and then {Name(claimed.Shopper)} got a token for it",
                turn.Given, other.Given, claimed);
    }

    /// <summary>What the schema refuses, whatever anybody asks for.</summary>
    private void Judge(Fact.Committed committed)
    {
        var (unit, live) = (committed.Unit, Known.Ledger.On(committed.Unit));
        var own = live is not null && live.Admission == committed.Admission;
        if (committed.State is UnitState.Held or UnitState.Withdrawn && live is not null && !(own && live.State == UnitState.Held))
            Violated(1, $"unit {unit} is taken twice in the ledger", live.Fact, committed);
        if (committed.State is UnitState.Sold && !own)
            Violated(1, $"unit {unit} is sold to {Name(committed.Shopper)}, who does not have it", live?.Fact, committed);
        if (committed.State != UnitState.Held || own) return;
        if (unit > (Known.Sale?.MaxUnit ?? 0)) Violated(1, $"unit {unit} is taken, which does not exist", committed);
        if (Known.TurnOf(committed.Admission) is not { } turn)
        {
            Violated(1, $"unit {unit} is taken with an admission that was never given", committed);
            return;
        }

        if (turn.Excused is not null || committed.At >= turn.RedeemBy + Known.GraceMs) return;
        foreach (var other in Known.TurnsOn(unit).Where(one => one != turn && one.IsLive(committed.At)))
            Violated(1, $"unit {unit} is taken by {Name(committed.Shopper)} and promised to number {other.Given.Place.Number}",
                turn.Given, other.Given, committed);
    }
}

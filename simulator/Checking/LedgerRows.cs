using System.Collections.Immutable;

using FlashSale.Contract;

namespace FlashSale.Simulator.Checking;

/// <summary>The ledger's rows, put together from what was committed.</summary>
public sealed class LedgerRows
{
    private readonly HashSet<(string, UnitState)> _ever = [];
    private readonly List<(int Number, long At, Rows Rows)> _history = [];
    private Rows _rows = new(ImmutableDictionary<string, LedgerRow>.Empty, ImmutableSortedDictionary<int, LedgerRow>.Empty);

    private sealed record Rows(
        ImmutableDictionary<string, LedgerRow> ByAdmission, ImmutableSortedDictionary<int, LedgerRow> Live);

    public IEnumerable<LedgerRow> Live => _rows.Live.Values;

    /// <summary>Held and sold.</summary>
    public int TakenCount => Live.Count(row => row.State is UnitState.Held or UnitState.Sold);

    /// <summary>When a row changed last; 0 before the first.</summary>
    public long ChangedAt => _history.Count == 0 ? 0 : _history[^1].At;

    public LedgerRow? Of(string admission) => _rows.ByAdmission.GetValueOrDefault(admission);

    public LedgerRow? On(int unit) => _rows.Live.GetValueOrDefault(unit);

    /// <summary>What a shopper has in the cart, or has bought.</summary>
    public LedgerRow? OfShopper(int shopper) =>
        Live.FirstOrDefault(row => row.Shopper == shopper && row.State is not UnitState.Withdrawn);

    /// <summary>Whether an admission's row was ever in this state, whatever the ledger says now.</summary>
    public bool WasEver(string admission, UnitState state) => _ever.Contains((admission, state));

    public void Take(Fact.Committed fact, int number)
    {
        _ever.Add((fact.Admission, fact.State));
        var row = new LedgerRow(fact, number);
        // A step of its payment is not what has brought it back.
        if (row.IsLive && On(row.Unit) is { } before && before.Admission == row.Admission) row = row with { RevivedAt = before.RevivedAt };
        var (byAdmission, live) = _rows;
        if (row.Admission.Length > 0) byAdmission = byAdmission.SetItem(row.Admission, row);
        if (row.IsLive) live = live.SetItem(row.Unit, row);
        else if (On(row.Unit)?.Admission == row.Admission) live = live.Remove(row.Unit);
        Become(new Rows(byAdmission, live), number, fact.At);
    }

    /// <summary>The rows are those of an earlier time; the admissions whose rows differ now.</summary>
    public IReadOnlyList<string> Restore(Fact.LedgerRestored fact, int number)
    {
        var before = _rows;
        var then = _history.FindLast(one => fact.FactsThen < 0 ? one.At <= fact.To : one.Number < fact.FactsThen).Rows
            ?? new Rows(before.ByAdmission.Clear(), before.Live.Clear());
        Become(new Rows(
            then.ByAdmission.ToImmutableDictionary(pair => pair.Key, pair => Revived(pair.Value)),
            then.Live.ToImmutableSortedDictionary(pair => pair.Key, pair => Revived(pair.Value))), number, fact.At);
        return [.. before.ByAdmission.Values.Where(row => Of(row.Admission)?.Number != row.Number).Select(row => row.Admission)];

        LedgerRow Revived(LedgerRow row)
        {
            var was = row.Admission.Length > 0 ? before.ByAdmission.GetValueOrDefault(row.Admission) : before.Live.GetValueOrDefault(row.Unit);
            return was?.Number == row.Number ? was : row with { RevivedAt = fact.At };
        }
    }

    private void Become(Rows rows, int number, long at)
    {
        _rows = rows;
        _history.Add((number, at, rows));
    }
}

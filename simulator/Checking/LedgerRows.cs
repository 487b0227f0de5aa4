using FlashSale.Contract;

namespace FlashSale.Simulator.Checking;

/// <summary>One reservation, or a withdrawn unit, as the ledger has it.</summary>
/// <param name="Fact">What committed its present state.</param>
/// <param name="Number">That fact's number among all.</param>
public sealed record LedgerRow(Fact.Committed Fact, int Number)
{
    public int Unit => Fact.Unit;

    public int Shopper => Fact.Shopper;

    public string Admission => Fact.Admission;

    public UnitState State => Fact.State;

    public bool IsLive => State is not UnitState.Released;

    /// <summary>When it came to be in this state by putting the ledger back; before all time when it was committed.</summary>
    public long RevivedAt { get; init; } = long.MinValue;
}

/// <summary>The ledger's rows, put together from what was committed.</summary>
public sealed class LedgerRows
{
    private readonly List<LedgerRow> _log = [];
    private readonly Dictionary<string, LedgerRow> _byAdmission = [];
    private readonly Dictionary<int, LedgerRow> _live = [];
    private readonly HashSet<(string, UnitState)> _ever = [];

    public IEnumerable<LedgerRow> Live => _live.Values;

    /// <summary>Held and sold.</summary>
    public int TakenCount => _live.Values.Count(row => row.State is UnitState.Held or UnitState.Sold);

    /// <summary>When a row changed last; 0 before the first.</summary>
    public long ChangedAt { get; private set; }

    public LedgerRow? Of(string admission) => _byAdmission.GetValueOrDefault(admission);

    public LedgerRow? On(int unit) => _live.GetValueOrDefault(unit);

    /// <summary>What a shopper has in the cart, or has bought.</summary>
    public LedgerRow? OfShopper(int shopper) =>
        _live.Values.FirstOrDefault(row => row.Shopper == shopper && row.State is not UnitState.Withdrawn);

    /// <summary>Whether an admission's row was ever in this state, whatever the ledger says now.</summary>
    public bool WasEver(string admission, UnitState state) => _ever.Contains((admission, state));

    public void Take(Fact.Committed fact, int number)
    {
        var row = new LedgerRow(fact, number);
        _log.Add(row);
        _ever.Add((fact.Admission, fact.State));
        ChangedAt = fact.At;
        Apply(row);
    }

    /// <summary>The rows are those of an earlier time; the admissions whose rows differ now.</summary>
    public IReadOnlyList<string> Restore(Fact.LedgerRestored fact)
    {
        var before = new Dictionary<string, LedgerRow>(_byAdmission);
        _log.RemoveAll(row => fact.FactsThen < 0 ? row.Fact.At > fact.To : row.Number >= fact.FactsThen);
        _byAdmission.Clear();
        _live.Clear();
        ChangedAt = fact.At;
        foreach (var row in _log)
        {
            var same = before.TryGetValue(row.Admission, out var was) && was.Number == row.Number;
            Apply(row with { RevivedAt = same ? was!.RevivedAt : fact.At });
        }

        return [.. before.Values.Where(row => row.Admission.Length > 0 && Of(row.Admission)?.Number != row.Number).Select(row => row.Admission)];
    }

    private void Apply(LedgerRow row)
    {
        if (row.Admission.Length > 0) _byAdmission[row.Admission] = row;
        if (row.IsLive) _live[row.Unit] = row;
        else if (_live.TryGetValue(row.Unit, out var live) && live.Admission == row.Admission) _live.Remove(row.Unit);
    }
}

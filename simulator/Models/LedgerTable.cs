namespace FlashSale.Simulator.Models;

/// <summary>
/// The table of reservations with its unique keys, and the locks of what has not committed. Locks are held as
/// InnoDB holds them under READ COMMITTED, as far as they decide an outcome: a row by whoever writes it, and
/// an entry of a unique key by whoever makes or ends it. (Locks of gaps, which may make a statement wait that
/// nothing is in the way of, are left out.)
/// </summary>
internal sealed class LedgerTable
{
    private readonly SortedDictionary<long, LedgerRow> _rows;
    private readonly Dictionary<int, LedgerRow> _units;
    private readonly Dictionary<string, LedgerRow> _shoppers;
    private readonly Dictionary<string, LedgerRow> _admissions;
    private readonly List<LedgerChange> _pending = [];

    public LedgerTable() => (_rows, _units, _shoppers, _admissions) = ([], [], [], []);

    /// <summary>What has committed; nobody's transaction outlives the server.</summary>
    private LedgerTable(LedgerTable of) => (_rows, _units, _shoppers, _admissions) =
        (new(of._rows), new(of._units), new(of._shoppers), new(of._admissions));

    public IReadOnlyCollection<LedgerRow> Rows => _rows.Values;

    public IReadOnlyCollection<LedgerChange> Pending => _pending;

    public LedgerTable Copy() => new(this);

    public LedgerRow? ById(long id) => _rows.GetValueOrDefault(id);

    /// <summary>Who occupies it.</summary>
    public LedgerRow? ByUnit(int unit) => _units.GetValueOrDefault(unit);

    /// <summary>The shopper's live reservation.</summary>
    public LedgerRow? ByShopper(string shopper) => _shoppers.GetValueOrDefault(shopper);

    public LedgerRow? ByAdmission(string admission) => _admissions.GetValueOrDefault(admission);

    public bool IsRowLocked(long id) => IsLocked(row => row.Id == id);

    public bool IsUnitLocked(int unit) => IsLocked(row => row.Unit == unit && MovesKeys(row));

    public bool IsShopperLocked(string shopper) => IsLocked(row => row.Shopper == shopper && MovesKeys(row));

    public bool IsAdmissionLocked(string admission) =>
        IsLocked(row => row.Admission == admission && ById(row.Id) is null);

    public bool IsSaleLocked => _pending.Exists(change => change.Sale is not null);

    public bool IsPulseLocked => _pending.Exists(change => change.Beat is not null);

    public void Begin(LedgerChange change) => _pending.Add(change);

    /// <summary>Takes back a change that has not committed.</summary>
    public void RollBack(LedgerChange change)
    {
        if (!_pending.Remove(change))
            throw new InvalidOperationException("this change is not pending in this ledger");
    }

    public void Commit(LedgerChange change)
    {
        RollBack(change);
        foreach (var row in change.Rows)
        {
            if (_rows.TryGetValue(row.Id, out var before)) Remove(before);
            _rows[row.Id] = row;
            if (row.Occupies) _units.Add(row.Unit, row);
            if (row.IsWithdrawn) continue;
            if (row.Occupies) _shoppers.Add(row.Shopper, row);
            _admissions.Add(row.Admission, row);
        }
    }

    private void Remove(LedgerRow row)
    {
        if (row.Occupies) _units.Remove(row.Unit);
        if (row.IsWithdrawn) return;
        if (row.Occupies) _shoppers.Remove(row.Shopper);
        _admissions.Remove(row.Admission);
    }

    private bool IsLocked(Predicate<LedgerRow> touches)
    {
        foreach (var change in _pending)
            foreach (var row in change.Rows)
                if (touches(row)) return true;
        return false;
    }

    /// <summary>It is new, or its unit becomes free by it.</summary>
    private bool MovesKeys(LedgerRow row) => ById(row.Id)?.Occupies != row.Occupies;
}

using System.Globalization;
using System.Text;

using FlashSale.Contract;

namespace FlashSale.Simulator.Models;

/// <summary>
/// The ledger of one sale: what the checkout's statements mean, without a database. Every statement is given
/// the database's clock when it begins: deadlines are judged by it, and it is what the rows carry, however
/// late they commit.
/// <code>
///   var reserved = ledger.Redeem(now, redemption);      // its locks are held
///   … reserved.Waits? again when another change ends …
///   ledger.Commit(reserved);                            // everyone sees it
/// </code>
/// The checkouts keep a pulse in the ledger: call <see cref="Beat"/> several times a second while it can be
/// written to, or it counts as out. <c>LedgerModelTests</c> holds all of it to the checkout's own code on a
/// real database.
/// </summary>
public sealed partial class LedgerModel
{
    private readonly LedgerTable _table;
    private long _revision;
    private long _withdrawals;

    /// <summary>An empty ledger with one sale.</summary>
    /// <param name="maxOutage">
    /// At the most so much of an outage is given back to carts; 600 s when null.
    /// </param>
    /// <param name="revision">The sale's; that of one which is made now when null.</param>
    public LedgerModel(Sale sale, DateTimeOffset now, TimeSpan? maxOutage = null, long? revision = null)
    {
        ArgumentNullException.ThrowIfNull(sale);
        (_table, _revision) = (new LedgerTable(), revision ?? now.ToUnixTimeMilliseconds());
        Sale = sale with { MaxUnit = Math.Max(sale.MaxUnit, sale.Inventory) };
        (BeatAt, MaxOutage) = (Cut(now), maxOutage ?? TimeSpan.FromSeconds(600));
    }

    private LedgerModel(LedgerModel of)
    {
        _table = of._table.Copy();
        (Sale, _revision, _withdrawals) = (of.Sale, of._revision, of._withdrawals);
        (BeatAt, Outage, MaxOutage) = (of.BeatAt, of.Outage, of.MaxOutage);
    }

    /// <summary>The settings that have committed.</summary>
    public Sale Sale { get; private set; }

    /// <summary>Every row that has committed, by id.</summary>
    public IReadOnlyCollection<LedgerRow> Rows => _table.Rows;

    /// <summary>What has begun and not ended.</summary>
    public IReadOnlyCollection<LedgerChange> Pending => _table.Pending;

    /// <summary>Of the sales: changes with the sale.</summary>
    public string Revision => string.Create(CultureInfo.InvariantCulture, $"1-{_revision}-{_revision}");

    /// <summary>
    /// What has committed, to go back to: what is pending is lost with the server that it was pending in.
    /// </summary>
    public LedgerModel Copy() => new(this);

    /// <summary>The row that has committed, or null.</summary>
    public LedgerRow? Find(long id) => _table.ById(id);

    public bool IsRowLocked(long id) => _table.IsRowLocked(id);

    /// <summary>A redemption of it, or its withdrawal, would wait.</summary>
    public bool IsUnitLocked(int unit) => _table.IsUnitLocked(unit);

    public bool IsShopperLocked(string shopper) => _table.IsShopperLocked(shopper);

    public bool IsAdmissionLocked(string admission) => _table.IsAdmissionLocked(admission);

    public bool IsSaleLocked => _table.IsSaleLocked;

    /// <summary>Makes a change visible; null is nothing.</summary>
    /// <exception cref="InvalidOperationException">It is not pending here (any more): another server's, or
    /// ended.</exception>
    public void Commit(LedgerChange? change)
    {
        if (change is null) return;
        _table.Commit(change);
        if (change.Sale is { } sale) (Sale, _revision) = (sale, change.Revision);
        if (change.Beat is { } beat) BeatAt = beat;
        if (change.Outage is { } outage) Outage = outage;
    }

    /// <summary>Takes a change back; null is nothing.</summary>
    /// <exception cref="InvalidOperationException">It is not pending here.</exception>
    public void RollBack(LedgerChange? change)
    {
        if (change is not null) _table.RollBack(change);
    }

    /// <summary>Commits what a statement has done; its outcome.</summary>
    /// <exception cref="InvalidOperationException">It waits.</exception>
    public T Commit<T>(LedgerStatement<T> statement) where T : class
    {
        if (statement.Waits) throw new InvalidOperationException("the statement waits for another change");
        Commit(statement.Change);
        return statement.Outcome!;
    }

    /// <summary>Everything, for a person.</summary>
    public string Dump()
    {
        var text = new StringBuilder().Append(CultureInfo.InvariantCulture,
            $"{Sale} revision {Revision} beat {BeatAt:O} outage {Outage}\n");
        foreach (var row in Rows) text.Append(CultureInfo.InvariantCulture, $"{row}\n");
        foreach (var change in Pending)
            foreach (var row in change.Rows) text.Append(CultureInfo.InvariantCulture, $"pending {row}\n");
        return text.ToString();
    }

    private LedgerStatement<T> Begin<T>(T outcome, LedgerChange? change) where T : class
    {
        if (change is not null) _table.Begin(change);
        return new LedgerStatement<T>(outcome, change);
    }

    /// <summary>The clock as the database stores it: to the millisecond.</summary>
    private static DateTimeOffset Cut(DateTimeOffset time) =>
        new(time.UtcTicks - time.UtcTicks % TimeSpan.TicksPerMillisecond, TimeSpan.Zero);
}

using FlashSale.Contract;

namespace FlashSale.Simulator.Models;

/// <summary>
/// What the checkout's <c>SaleStore</c>, <c>Inventory</c>, <c>Pulse</c> and <c>LedgerReader</c> mean.
/// </summary>
public sealed partial class LedgerModel
{
    /// <summary>So much earlier than <c>since</c> a change may have begun that was not seen then.</summary>
    public const int OverlapSeconds = 10;

    private static readonly TimeSpan s_young = TimeSpan.FromMilliseconds(400);
    private static readonly TimeSpan s_stale = TimeSpan.FromSeconds(2);

    /// <summary>When a checkout last wrote the pulse.</summary>
    public DateTimeOffset BeatAt { get; private set; }

    /// <summary>The last one that has ended.</summary>
    public LedgerOutage? Outage { get; private set; }

    private TimeSpan MaxOutage { get; }

    /// <summary>
    /// Changes the settings, and units with the inventory. When a unit that it would withdraw is being taken
    /// it waits, and holds nothing meanwhile (the real one holds what it has withdrawn so far).
    /// </summary>
    /// <param name="change">
    /// Settings that are valid; what it makes of the highest unit and the seed does not count.
    /// </param>
    public LedgerStatement<SettingOutcome> Change(DateTimeOffset now, Func<Sale, Sale> change)
    {
        ArgumentNullException.ThrowIfNull(change);
        if (_table.IsSaleLocked) return default;
        now = Cut(now);
        var wanted = change(Sale) with { MaxUnit = Sale.MaxUnit, Seed = Sale.Seed };
        if (wanted == Sale) return new(new SettingOutcome.Saved(Sale), null);

        var rows = new List<LedgerRow>();
        var more = wanted.Inventory - Sale.Inventory;
        if (more < 0)
        {
            for (var unit = Sale.MaxUnit; unit > 0 && rows.Count < -more; unit--)
                if (_table.ByUnit(unit) is null) rows.Add(Withdrawn(unit, now));
            if (rows.Count < -more) return new(new SettingOutcome.InventoryInUse(), null);
            if (rows.Exists(row => _table.IsUnitLocked(row.Unit))) return default;
            _withdrawals += rows.Count;
        }
        else if (more > 0)
        {
            // Units that were withdrawn come back first, in order; what is still missing is new.
            var back = Rows.Where(row => row.State is RowState.Withdrawn).OrderBy(row => row.Unit).Take(more);
            rows.AddRange(back.Select(row => row with { State = RowState.Released, ChangedAt = now }));
            wanted = wanted with { MaxUnit = Sale.MaxUnit + (more - rows.Count) };
        }
        var revision = Math.Max(_revision + 1, now.ToUnixTimeMilliseconds());
        return Begin<SettingOutcome>(new SettingOutcome.Saved(wanted), new(rows, wanted, revision));

        LedgerRow Withdrawn(int unit, DateTimeOffset at) => new(
            -(_withdrawals + rows.Count + 1), unit, "", "", 0, RowState.Withdrawn, RowReason.None, 0, false,
            at, at, at, at);
    }

    /// <summary>
    /// What a checkout does several times a second: keeps the pulse young, or ends an outage.
    /// </summary>
    public LedgerStatement<BeatOutcome> Beat(DateTimeOffset now)
    {
        now = Cut(now);
        if (BeatAt > now - s_young) return new(new BeatOutcome.Beaten(), null);
        if (_table.IsPulseLocked) return default;
        if (!IsOut(now)) return Begin<BeatOutcome>(new BeatOutcome.Beaten(), new([], beat: now));

        var outage = new LedgerOutage(BeatAt, now);
        var given = now - BeatAt < MaxOutage ? now - BeatAt : MaxOutage;
        var carts = new List<LedgerRow>();
        foreach (var row in Rows)
        {
            if (!row.IsHeld || row.ReleaseAt <= BeatAt) continue;
            if (_table.IsRowLocked(row.Id)) return default;
            carts.Add(row with { PayBy = row.PayBy + given, ReleaseAt = row.ReleaseAt + given });
        }
        return Begin<BeatOutcome>(
            new BeatOutcome.OutageEnded(outage, carts.Count), new(carts, beat: now, outage: outage));
    }

    /// <summary>The ledger has been out and carts have not got that time back yet.</summary>
    public bool IsOut(DateTimeOffset now) => BeatAt <= Cut(now) - s_stale;

    /// <summary>The database's clock, which stands still for shoppers while the ledger is out.</summary>
    public DateTimeOffset ShoppersTime(DateTimeOffset now) => IsOut(now) ? BeatAt : Cut(now);

    /// <summary>As a waiting room asks for it.</summary>
    public LedgerSnapshot? Pull(DateTimeOffset now, DateTimeOffset? since, bool sums, string? revision) =>
        Pull(now, since, sums ? HeldUnits.Sums : HeldUnits.Changed, revision);

    /// <summary>What has committed; null while the ledger takes no writes.</summary>
    /// <param name="revision">Of the sale that the caller has.</param>
    public LedgerSnapshot? Pull(DateTimeOffset now, DateTimeOffset? since, HeldUnits held, string? revision)
    {
        now = Cut(now);
        if (IsOut(now)) return null;
        var lately = since is { } from
            ? from.AddSeconds(-OverlapSeconds)
            : now.AddSeconds(-(Sale.ClaimSeconds + Sale.GraceSeconds + OverlapSeconds));
        var units = new List<LedgerUnit>();
        var (sum, any) = (0L, false);
        foreach (var row in Rows)
        {
            if (row.IsHeld) (sum, any) = (sum + row.Checksum, true);
            if (row.ChangedAt > lately || (since is null && row.Occupies))
                units.Add(new LedgerUnit(Sale.Id, row.Unit, row.Shown, row.Admission));
        }
        IReadOnlyList<HeldSum>? sums = since is null || held != HeldUnits.Sums ? null
            : any ? [new HeldSum(Sale.Id, sum)] : [];
        return new LedgerSnapshot(now, Revision, revision == Revision ? null : [Sale], units, Outage, sums);
    }
}

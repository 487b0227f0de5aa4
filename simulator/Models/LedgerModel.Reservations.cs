namespace FlashSale.Simulator.Models;

/// <summary>What <c>RedeemSql</c> and <c>ReservationSql</c> of the checkout mean.</summary>
public sealed partial class LedgerModel
{
    /// <summary>Rows that one sweep finds.</summary>
    private const int MaxSweep = 256;

    /// <summary>
    /// Redeems an admission: the insert, why it was refused, and, for a storefront's server, taking over what
    /// the shopper's token has made before.
    /// </summary>
    public LedgerStatement<RedeemOutcome> Redeem(DateTimeOffset now, LedgerRedemption redemption)
    {
        var inserted = Insert(now, redemption);
        if (inserted.Waits || inserted.Outcome is not RedeemOutcome.Gone) return inserted;
        var why = Explain(now, redemption);
        if (why is not RedeemOutcome.Repeated { Row: { ByStorefront: false } row }) return new(why, null);
        if (!redemption.ByStorefront) return new(why, null);
        if (_table.IsRowLocked(row.Id)) return default;
        var bound = row with { ByStorefront = true };
        return Begin<RedeemOutcome>(new RedeemOutcome.Repeated(bound), new([bound]));
    }

    /// <summary>
    /// The insert under its guards and the unique keys, which are looked at in the order of the schema.
    /// <see cref="RedeemOutcome.Gone"/>: it was refused, and <see cref="Explain"/> says why.
    /// </summary>
    public LedgerStatement<RedeemOutcome> Insert(DateTimeOffset now, LedgerRedemption redemption)
    {
        ArgumentNullException.ThrowIfNull(redemption);
        now = Cut(now);
        // A repeat, after an answer that was lost, finds what it did.
        if (_table.ById(redemption.Id) is { } mine) return new(new RedeemOutcome.Reserved(mine), null);
        var refused = new LedgerStatement<RedeemOutcome>(new RedeemOutcome.Gone(), null);
        if (redemption.RedeemBy <= now || Sale.EndsAt <= now || redemption.Unit > Sale.MaxUnit)
            return refused;
        if (_table.IsRowLocked(redemption.Id)) return default;
        if (_table.IsUnitLocked(redemption.Unit)) return default;
        if (_table.ByUnit(redemption.Unit) is not null) return refused;
        if (_table.IsShopperLocked(redemption.Shopper)) return default;
        if (_table.ByShopper(redemption.Shopper) is not null) return refused;
        if (_table.IsAdmissionLocked(redemption.Admission)) return default;
        if (_table.ByAdmission(redemption.Admission) is not null) return refused;
        var row = new LedgerRow(
            redemption.Id, redemption.Unit, redemption.Shopper, redemption.Admission, redemption.Place,
            RowState.Held, RowReason.None, 0, redemption.ByStorefront, now, now.AddSeconds(Sale.PaySeconds),
            now.AddSeconds(Sale.PaySeconds + Sale.GraceSeconds), now);
        return Begin<RedeemOutcome>(new RedeemOutcome.Reserved(row), new([row]));
    }

    /// <summary>Why an insert was refused, by what has committed by now.</summary>
    public RedeemOutcome Explain(DateTimeOffset now, LedgerRedemption redemption)
    {
        ArgumentNullException.ThrowIfNull(redemption);
        now = Cut(now);
        if (_table.ByAdmission(redemption.Admission) is { } own)
        {
            var mine = own.Occupies && own.Shopper == redemption.Shopper;
            return mine && (redemption.ByStorefront || !own.ByStorefront)
                ? new RedeemOutcome.Repeated(own) : new RedeemOutcome.AdmissionSpent();
        }
        if (_table.ByShopper(redemption.Shopper) is { } live)
        {
            return live.State is RowState.Sold
                ? new RedeemOutcome.AlreadyBought() : new RedeemOutcome.AlreadyReserved(live.Id);
        }
        if (Sale.EndsAt <= now) return new RedeemOutcome.SaleEnded();
        if (redemption.RedeemBy <= now) return new RedeemOutcome.AdmissionMissed();
        return _table.ByUnit(redemption.Unit) is not null || redemption.Unit > Sale.MaxUnit
            ? new RedeemOutcome.UnitTaken() : new RedeemOutcome.Gone();
    }

    /// <summary>held → securing for one authorised payment attempt, while its time has not passed.</summary>
    public LedgerStatement<StepOutcome> Secure(DateTimeOffset now, long id, long attempt) => Apply(now, id,
        row => row.State is RowState.Held && row.ReleaseAt > Cut(now)
            ? row with { State = RowState.Securing, SecuredBy = attempt } : null,
        row => row.State is RowState.Securing && row.SecuredBy == attempt);

    /// <summary>securing for this attempt → sold. It has no deadline.</summary>
    public LedgerStatement<StepOutcome> Sell(DateTimeOffset now, long id, long attempt) => Apply(now, id,
        row => IsSecured(row, attempt) ? row with { State = RowState.Sold } : null,
        row => row.State is RowState.Sold && row.SecuredBy == attempt);

    /// <summary>securing for this attempt → held again, or released when its time has passed.</summary>
    public LedgerStatement<StepOutcome> Reopen(DateTimeOffset now, long id, long attempt)
    {
        var shoppers = ShoppersTime(now);
        return Apply(now, id,
            row => !IsSecured(row, attempt) ? null
                : row.ReleaseAt > shoppers
                ? row with { State = RowState.Held, Reason = RowReason.None, SecuredBy = 0 }
                : row with { State = RowState.Released, Reason = RowReason.Expired, SecuredBy = 0 },
            row => row.SecuredBy == 0 && row.State is RowState.Held or RowState.Released);
    }

    /// <summary>held, or securing for this attempt, → released.</summary>
    /// <param name="attempt">0: only from held.</param>
    public LedgerStatement<StepOutcome> Release(
        DateTimeOffset now, long id, RowReason reason, long attempt = 0) => Apply(now, id,
            row => row.State is RowState.Held || (attempt != 0 && IsSecured(row, attempt))
                ? row with { State = RowState.Released, Reason = reason } : null,
            row => row.State is RowState.Released);

    /// <summary>held → released: the shopper's token gives it back.</summary>
    public LedgerStatement<StepOutcome> GiveBack(DateTimeOffset now, long id) => Apply(now, id,
        row => row is { State: RowState.Held, ByStorefront: false }
            ? row with { State = RowState.Released, Reason = RowReason.Cancelled } : null,
        row => row is { State: RowState.Released, ByStorefront: false });

    /// <summary>held → sold: the storefront's server took the payment.</summary>
    public LedgerStatement<StepOutcome> Confirm(DateTimeOffset now, long id) => Apply(now, id,
        row => row.State is RowState.Held && row.ReleaseAt > Cut(now)
            ? row with { State = RowState.Sold } : null,
        row => row is { State: RowState.Sold, SecuredBy: 0 });

    /// <summary>
    /// The held rows whose time has passed, the oldest first, and the time by which they are due.
    /// </summary>
    public (IReadOnlyList<long> Due, DateTimeOffset At) Due(DateTimeOffset now)
    {
        var at = ShoppersTime(now);
        var due = new List<LedgerRow>();
        foreach (var row in Rows)
            if (row.State is RowState.Held && row.ReleaseAt <= at) due.Add(row);
        due.Sort((one, other) => one.ReleaseAt.CompareTo(other.ReleaseAt));
        return (due.Take(MaxSweep).Select(row => row.Id).ToList(), at);
    }

    /// <summary>held and due → released.</summary>
    /// <param name="due">As <see cref="Due"/> has told.</param>
    public LedgerStatement<StepOutcome> Expire(DateTimeOffset now, long id, DateTimeOffset due) => Apply(
        now, id,
        row => row.State is RowState.Held && row.ReleaseAt <= due
            ? row with { State = RowState.Released, Reason = RowReason.Expired } : null,
        _ => false);

    /// <summary>
    /// One round of the sweep, committed; how many were released. What another change holds is left to the
    /// next round.
    /// </summary>
    public int Sweep(DateTimeOffset now)
    {
        var (due, at) = Due(now);
        var released = 0;
        foreach (var id in due)
        {
            var expired = Expire(now, id, at);
            if (expired.Waits) continue;
            if (Commit(expired) is StepOutcome.Done) released++;
        }
        return released;
    }

    private static bool IsSecured(LedgerRow row, long attempt) =>
        row.State is RowState.Securing && row.SecuredBy == attempt;

    /// <summary>One guarded update by the primary key, and the row as it is afterwards.</summary>
    /// <param name="step">The row after it, or null when the guard refuses.</param>
    /// <param name="already">Recognises a repeat.</param>
    private LedgerStatement<StepOutcome> Apply(
        DateTimeOffset now, long id, Func<LedgerRow, LedgerRow?> step, Func<LedgerRow, bool> already)
    {
        if (_table.IsRowLocked(id)) return default;
        if (_table.ById(id) is not { IsWithdrawn: false } row) return new(new StepOutcome.Missing(), null);
        if (step(row) is { } next)
        {
            next = next with { ChangedAt = Cut(now) };
            return Begin<StepOutcome>(new StepOutcome.Done(next), new([next]));
        }
        return new(already(row) ? new StepOutcome.Done(row) : new StepOutcome.Refused(row), null);
    }
}

using FlashSale.Contract;

namespace FlashSale.Simulator.Models;

/// <summary>
/// What a statement came to. Its change has its locks from now on, and is seen when <see
/// cref="LedgerModel.Commit"/> is called with it.
/// </summary>
/// <param name="Outcome">
/// Null: it waits for a change that has not committed (<see cref="Waits"/>). Call it again, with the same
/// time, when that change has ended.
/// </param>
/// <param name="Change">Null: there is nothing to commit.</param>
public readonly record struct LedgerStatement<T>(T? Outcome, LedgerChange? Change) where T : class
{
    /// <summary>It did nothing yet, and holds nothing.</summary>
    public bool Waits => Outcome is null;
}

/// <summary>What one statement or transaction has written and not committed.</summary>
public sealed class LedgerChange
{
    internal LedgerChange(
        IReadOnlyList<LedgerRow> rows, Sale? sale = null, long revision = 0, DateTimeOffset? beat = null,
        LedgerOutage? outage = null) =>
        (Rows, Sale, Revision, Beat, Outage) = (rows, sale, revision, beat, outage);

    /// <summary>The rows as they are after it.</summary>
    public IReadOnlyList<LedgerRow> Rows { get; }

    /// <summary>The sale after it; null when it is not changed.</summary>
    public Sale? Sale { get; }

    /// <summary>Of the sale after it.</summary>
    internal long Revision { get; }

    internal DateTimeOffset? Beat { get; }

    /// <summary>The outage that it ends.</summary>
    public LedgerOutage? Outage { get; }
}

/// <summary>What became of a redemption: a closed set, as the checkout's.</summary>
public abstract record RedeemOutcome
{
    private RedeemOutcome() { }

    /// <summary>The unit is in the shopper's cart now.</summary>
    public sealed record Reserved(LedgerRow Row) : RedeemOutcome;

    /// <summary>This admission made this reservation before; it is still live.</summary>
    public sealed record Repeated(LedgerRow Row) : RedeemOutcome;

    /// <summary>This admission's reservation has ended, or is not the caller's.</summary>
    public sealed record AdmissionSpent : RedeemOutcome;

    /// <summary>Redeem-by has passed.</summary>
    public sealed record AdmissionMissed : RedeemOutcome;

    /// <summary>Another admission's unit is in this shopper's cart.</summary>
    /// <param name="Id">That reservation.</param>
    public sealed record AlreadyReserved(long Id) : RedeemOutcome;
    public sealed record AlreadyBought : RedeemOutcome;
    public sealed record SaleEnded : RedeemOutcome;

    /// <summary>Someone else has the unit, or it was withdrawn.</summary>
    public sealed record UnitTaken : RedeemOutcome;

    /// <summary>What was in the way of the insert is gone by now: insert again.</summary>
    public sealed record Gone : RedeemOutcome;
}

/// <summary>What became of a transition of a reservation: a closed set, as the checkout's.</summary>
public abstract record StepOutcome
{
    private StepOutcome() { }

    /// <summary>
    /// It happened, now or (a repeat by the same caller) before. The row as it is afterwards.
    /// </summary>
    public sealed record Done(LedgerRow Row) : StepOutcome;

    /// <summary>The guard refused it; the row says why.</summary>
    public sealed record Refused(LedgerRow Row) : StepOutcome;

    /// <summary>There is no such reservation.</summary>
    public sealed record Missing : StepOutcome;
}

/// <summary>What became of a change of the sale: a closed set.</summary>
public abstract record SettingOutcome
{
    private SettingOutcome() { }

    public sealed record Saved(Sale Sale) : SettingOutcome;

    /// <summary>More units are held or sold than the wanted inventory.</summary>
    public sealed record InventoryInUse : SettingOutcome;
}

/// <summary>What became of a beat of the pulse: a closed set.</summary>
public abstract record BeatOutcome
{
    private BeatOutcome() { }

    /// <summary>The pulse is young, or is now.</summary>
    public sealed record Beaten : BeatOutcome;

    /// <summary>The ledger had been out; so many carts got that time back.</summary>
    public sealed record OutageEnded(LedgerOutage Outage, int Carts) : BeatOutcome;
}

using System.IO.Hashing;
using System.Text;

using FlashSale.Contract;

namespace FlashSale.Simulator.Models;

/// <summary>As stored. A row is live in every state but <see cref="Released"/>.</summary>
public enum RowState { Held = 1, Securing = 2, Sold = 3, Released = 4, Withdrawn = 5 }

/// <summary>Why a unit was released, as stored.</summary>
public enum RowReason { None = 0, Expired = 1, Cancelled = 2, Declined = 3 }

/// <summary>A row of <c>reservations</c>, without what only the payment and the shop read.</summary>
/// <param name="Id">
/// The reservation's: chosen before its statement, so that repeating the statement adds nothing.
/// </param>
/// <param name="Shopper">Empty when it was withdrawn, like <paramref name="Admission"/>.</param>
/// <param name="SecuredBy">The payment attempt that secured it; 0 for none.</param>
/// <param name="ChangedAt">When the statement began that wrote it.</param>
public sealed record LedgerRow(
    long Id, int Unit, string Shopper, string Admission, long Place, RowState State, RowReason Reason,
    long SecuredBy, bool ByStorefront, DateTimeOffset CreatedAt, DateTimeOffset PayBy,
    DateTimeOffset ReleaseAt, DateTimeOffset ChangedAt)
{
    /// <summary>What it adds to a <see cref="HeldSum"/>.</summary>
    internal uint Checksum { get; } = Crc32.HashToUInt32(Encoding.ASCII.GetBytes(Admission));

    /// <summary>It occupies its unit: <c>live_unit</c> and <c>live_shopper</c> are set.</summary>
    public bool Occupies => State != RowState.Released;

    public bool IsWithdrawn => Shopper.Length == 0;

    /// <summary>In a cart, being captured or not.</summary>
    public bool IsHeld => State is RowState.Held or RowState.Securing;

    /// <summary>What a pull calls it.</summary>
    public UnitState Shown => State switch
    {
        RowState.Held or RowState.Securing => UnitState.Held,
        RowState.Sold => UnitState.Sold,
        RowState.Withdrawn => UnitState.Withdrawn,
        _ => UnitState.Released,
    };
}

/// <summary>A verified admission on its way to become a reservation.</summary>
/// <param name="Id">The reservation's, if it becomes one.</param>
/// <param name="ByStorefront">The storefront's server redeems it: the reservation is that server's.</param>
public sealed record LedgerRedemption(
    long Id, string Admission, string Shopper, int Unit, long Place, DateTimeOffset RedeemBy,
    bool ByStorefront = false);

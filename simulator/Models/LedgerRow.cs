using System.IO.Hashing;
using System.Text;

using FlashSale.Contract;

namespace FlashSale.Simulator.Models;

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

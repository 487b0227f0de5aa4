using System.Collections.Immutable;

using FlashSale.Calling;
using FlashSale.Contract;

namespace FlashSale.WaitingRoom.Pumping;

/// <summary>
/// What the pump knew at the end of a pass: the only thing of it that other threads read. It is immutable; the pump's loop
/// replaces it.
/// </summary>
/// <param name="Term">Null before the first.</param>
/// <param name="Heard">The ledger has answered in that term.</param>
/// <param name="AsOf">The ledger's clock at the end of the pass.</param>
/// <param name="TickedAt">When every sale was last looked at, as <see cref="TimeProvider.GetTimestamp"/>; 0 for never.</param>
internal sealed record PumpSnapshot(
    Term? Term, bool Heard, long TickedAt, DateTimeOffset AsOf, ImmutableDictionary<SaleId, PumpedSale> Sales)
{
    public static PumpSnapshot Empty { get; } = new(
        null, false, 0, DateTimeOffset.UnixEpoch, ImmutableDictionary<SaleId, PumpedSale>.Empty);
}

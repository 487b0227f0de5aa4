using FlashSale.Calling;
using FlashSale.WaitingRoom.Ledger;

namespace FlashSale.WaitingRoom.Pumping;

/// <summary>The time of a decision.</summary>
internal static class Moments
{
    public static Moment Now(this PulledSales catalog, MachineTime time) => new(catalog.Clock.GetUtcNow(), time.Now, catalog.Age);
}

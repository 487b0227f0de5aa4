using FlashSale.Contract;
using FlashSale.Queue;

namespace FlashSale.Gateway.Tickets;

/// <summary>What a sale is doing.</summary>
public static class PublicSaleStates
{
    /// <summary>
    /// Sold out is said before ended: it is why one who asks later did not get a unit. A sale that has started can only
    /// be open, paused, sold out or ended.
    /// </summary>
    /// <param name="board">Null while the line is not known: then nothing is known to be sold.</param>
    /// <param name="now">The ledger's time.</param>
    public static PublicSaleState Of(Sale sale, LineBoard? board, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(sale);
        if (board is not null && board.Sold >= sale.Inventory) return PublicSaleState.SoldOut;
        if (sale.EndsAt <= now) return PublicSaleState.Ended;
        if (now < sale.StartsAt) return now < sale.QueueOpensAt ? PublicSaleState.Scheduled : PublicSaleState.Prequeue;
        if (now < sale.QueueOpensAt) return PublicSaleState.Scheduled;
        // Without its ledger the line holds still, and those who wait hear what they hear of a pause: nobody passes them.
        return sale.Paused || board?.StoppedBecause == LineBoard.LedgerGone ? PublicSaleState.Paused : PublicSaleState.Open;
    }

    public static string Word(this PublicSaleState state) => state switch
    {
        PublicSaleState.Scheduled => "scheduled",
        PublicSaleState.Prequeue => "prequeue",
        PublicSaleState.Open => "open",
        PublicSaleState.Paused => "paused",
        PublicSaleState.SoldOut => "soldOut",
        _ => "ended",
    };
}

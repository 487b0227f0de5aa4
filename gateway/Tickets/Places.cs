using FlashSale.Contract;
using FlashSale.Gateway.Catalog;
using FlashSale.Queue;

namespace FlashSale.Gateway.Tickets;

/// <summary>
/// What an answer about a place takes from the line, and what it does to it: <see cref="Look"/> changes nothing,
/// <see cref="TellNextPoll"/> changes who counts as present. Whoever answers does both, and then writes.
/// </summary>
public sealed class Places(Line line, LedgerClock clock)
{
    /// <summary>Asked again after this while the line's board is not known.</summary>
    private const int BlindPollMs = 2000;

    /// <summary>The place as its shopper is told about it, from one look at the clock and at the board.</summary>
    public PlaceView Look(ListedSale listed, in Ticket ticket, PlaceStatus status) =>
        PlaceView.Of(listed.Sale, ticket.Place.Number, status, line.Board(listed.Sale.Id), clock.GetUtcNow());

    /// <summary>
    /// Decides when this shopper is due, in milliseconds, and tells the line: until then
    /// they are present.
    /// </summary>
    public int TellNextPoll(ListedSale listed, in Ticket ticket, in PlaceView place)
    {
        if (place.Board is not { } board) return BlindPollMs;
        var toStart = (long)(listed.Sale.StartsAt - place.Now).TotalMilliseconds;
        return line.NextPollMs(ticket, board, place.Ahead, place.Known, Math.Max(0, toStart));
    }
}

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
    /// <summary>The place as its shopper is told about it, from one look at the clock and at the board.</summary>
    public PlaceView Look(ListedSale listed, in Ticket ticket, PlaceStatus status) =>
        PlaceView.Of(listed.Sale, ticket.Place.Number, status, line.Board(listed.Sale.Id), clock.GetUtcNow());

    /// <summary>
    /// Decides when this shopper is due, in milliseconds, and tells the line: until then
    /// they are present.
    /// </summary>
    public int TellNextPoll(ListedSale listed, in Ticket ticket, in PlaceView place)
    {
        var toStart = (long)(listed.Sale.StartsAt - place.Now).TotalMilliseconds;
        return line.NextPollMs(ticket, place.Known, place.Ahead, Math.Max(0, toStart));
    }
}

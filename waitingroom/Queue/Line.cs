using FlashSale.Contract;

#pragma warning disable CA1822 // Bodies follow.
namespace FlashSale.Queue;

/// <summary>The line as an edge uses it: joins in batches, polls from memory.</summary>
public sealed class Line
{
    /// <summary>Redis is reachable and the board has been read.</summary>
    public bool IsReady => false;

    /// <summary>The latest snapshot in memory; null when the sale has no line yet.</summary>
    public LineBoard? Board(SaleId sale) => null;

    /// <summary>Takes a place, or finds the one the shopper has. Waits two seconds at the most.</summary>
    public ValueTask<JoinOutcome> JoinAsync(Sale sale, ShopperId shopper, CancellationToken cancel) =>
        new(JoinOutcome.NotReady.Instance);

    /// <summary>The place now; marks the shopper as present. Null when Redis is needed and down: answer 503.</summary>
    public ValueTask<PlaceStatus?> StatusAsync(in Ticket ticket, Sale sale, CancellationToken cancel) =>
        new((PlaceStatus?)null);

    /// <summary>Counts a poll; false when this ticket polls too often (429).</summary>
    public bool TrySee(in Ticket ticket) => true;

    /// <summary>Gives the place up; false when Redis is down.</summary>
    public ValueTask<bool> LeaveAsync(Ticket ticket, CancellationToken cancel) => new(false);

    /// <summary>When the shopper shall poll next, in milliseconds, with jitter: the poll budget.</summary>
    public int NextPollMs(LineBoard board, long ahead, PlaceState state, long millisecondsToStart) => 2000;
}

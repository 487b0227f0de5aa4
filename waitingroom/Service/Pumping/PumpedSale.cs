using FlashSale.Calling;
using FlashSale.Contract;
using FlashSale.Queue;

namespace FlashSale.WaitingRoom.Pumping;

/// <summary>A sale's line at the end of a pass.</summary>
internal sealed record PumpedSale(LineBoard Board, LineView View)
{
    /// <summary>As operators see them.</summary>
    /// <param name="asOf">The ledger's clock when this was true last: a line that sleeps is as its board says.</param>
    public LineNumbers ToLineNumbers(DateTimeOffset asOf) => new(
        Board.Epoch, Board.Next, Board.Head, Board.Waiting, Board.Returning, Board.Admitted, Board.AdmissionsPerSecond,
        Board.SkippedAbsent, View.Coverages.Count, Board.StoppedBecause, asOf)
    {
        PollsPerSecond = Math.Round(
            View.Edges.Where(edge => edge.SeenMsAgo < EdgeNumbers.LiveMs).Sum(edge => edge.PollsPerSecond), 1),
        EdgesSeen = View.Edges,
    };
}

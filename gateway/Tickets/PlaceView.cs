using FlashSale.Contract;
using FlashSale.Queue;

namespace FlashSale.Gateway.Tickets;

/// <summary>A place as its shopper is told about it: everything that is computed, nothing that is written.</summary>
/// <param name="Ahead">-1 while unknown.</param>
/// <param name="RedeemBy">Epoch seconds, 0 unless admitted.</param>
/// <param name="Known">As the line knows it.</param>
/// <param name="Board">The line when it was looked at; null while it is not known.</param>
/// <param name="Now">The ledger's time then.</param>
public readonly record struct PlaceView(
    PlaceWord State, uint Number, long Ahead, Eta? Eta, Outlook Outlook, Units Units, PublicSaleState SaleState,
    long RedeemBy, PlaceStatus Known, LineBoard? Board, DateTimeOffset Now)
{
    /// <summary>What the shopper has bought; null while that is nothing, or not known.</summary>
    public Purchase? Order { get; init; }

    /// <summary>The line's pace, from what the last seconds were like.</summary>
    public int AdmittedPerMinute => (int)Math.Round(60 * (Board?.AdmissionsPerSecond ?? 0));

    /// <summary>What has become of the reservation of a <c>redeemed</c> place, in the contract's words; null of any other.</summary>
    public string? Reservation => State is not PlaceWord.Redeemed ? null : Known.State switch
    {
        PlaceState.Bought => "sold",
        PlaceState.Released => "released",
        _ => "held",
    };

    /// <param name="status">As the line knows it.</param>
    /// <param name="board">Null while the line is not known.</param>
    /// <param name="now">The ledger's time.</param>
    public static PlaceView Of(Sale sale, uint number, PlaceStatus status, LineBoard? board, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(sale);
        var saleState = PublicSaleStates.Of(sale, board, now);
        var units = Units.Of(sale, board);
        var word = Word(status.State, saleState);
        var waits = word is PlaceWord.Prequeue or PlaceWord.Waiting;
        var hidden = !waits || (word == PlaceWord.Prequeue && sale.Order == LineOrder.Shuffle);
        var ahead = hidden ? (waits ? -1 : 0) : status.Ahead;
        var eta = waits && board is { Recovering: false, StoppedBecause: null }
            ? Tickets.Eta.Of(saleState, units, ahead, sale, board.AdmissionsPerSecond, (sale.StartsAt - now).TotalSeconds)
            : null;
        var outlook = waits || word is PlaceWord.SoldOut or PlaceWord.Ended
            ? Outlooks.Of(saleState, units, ahead, board?.Waiting ?? 0)
            : Settled(word);
        return new PlaceView(word, number, ahead, eta, outlook, units, saleState,
            word == PlaceWord.Admitted ? status.RedeemBy : 0, status, board, now);
    }

    /// <summary>
    /// A place that still waits, or whose turn has passed, shares the end of its sale; what the shopper holds or has
    /// bought outlives it. A reservation that ended stays <c>redeemed</c>: that is what became of the admission.
    /// </summary>
    private static PlaceWord Word(PlaceState place, PublicSaleState sale) => (place, sale) switch
    {
        (PlaceState.Left, _) => PlaceWord.Left,
        (PlaceState.Redeemed or PlaceState.Bought, _) => PlaceWord.Redeemed,
        (PlaceState.Admitted, not PublicSaleState.Ended) => PlaceWord.Admitted,
        (_, PublicSaleState.SoldOut) => PlaceWord.SoldOut,
        (_, PublicSaleState.Ended) => PlaceWord.Ended,
        (PlaceState.Released, _) => PlaceWord.Redeemed,
        (PlaceState.Missed, _) => PlaceWord.Missed,
        (_, PublicSaleState.Scheduled or PublicSaleState.Prequeue) => PlaceWord.Prequeue,
        _ => PlaceWord.Waiting,
    };

    private static Outlook Settled(PlaceWord word) =>
        word is PlaceWord.Admitted or PlaceWord.Redeemed ? Outlook.Likely : Outlook.None;
}

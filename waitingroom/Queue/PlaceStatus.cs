namespace FlashSale.Queue;

/// <summary>A place as of now.</summary>
/// <param name="Rank">
/// Its calling position, from 1; -1 while it is unknown (a shuffle before the start), 0 when the line could not be asked.
/// </param>
/// <param name="Ahead">How many are called before it; -1 while unknown.</param>
/// <param name="RedeemBy">Epoch seconds of the ledger's clock, 0 unless admitted.</param>
public readonly record struct PlaceStatus(PlaceState State, long Rank, long Ahead, long RedeemBy)
{
    /// <summary>How long the shopper is told to stay away, which Redis has taken note of; 0 where that need not be.</summary>
    public int NotedMs { get; init; }
}

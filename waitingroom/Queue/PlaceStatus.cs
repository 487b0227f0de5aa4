namespace FlashSale.Queue;

/// <summary>A place as of now.</summary>
/// <param name="Rank">Its calling position, from 1; -1 while it is unknown (a shuffle before the start).</param>
/// <param name="Ahead">How many are called before it; -1 while unknown.</param>
/// <param name="RedeemBy">Epoch seconds of the ledger's clock, 0 unless admitted.</param>
public readonly record struct PlaceStatus(PlaceState State, long Rank, long Ahead, long RedeemBy);

namespace FlashSale.Queue;

/// <summary>
/// An epoch before the current one, and how many of its numbers were shuffled (null: not known any more).
/// </summary>
public readonly record struct PastEpoch(uint Epoch, long? Shuffled);

namespace FlashSale.Queue;

/// <summary>Somebody who is to be called now, by the edge that took it.</summary>
/// <param name="Try">1, or 2 for what may have been told before.</param>
/// <param name="RedeemBy">Epoch seconds, of a turn; else 0.</param>
/// <param name="KnownForMs">How long ago it was known, by Redis' clock.</param>
/// <param name="Sealed">How, as it was given to <see cref="Sleepers.AskAsync"/>.</param>
public readonly record struct DueCall(
    Place Place, CallReason Reason, int Try, long RedeemBy, long KnownForMs, ReadOnlyMemory<byte> Sealed);

namespace FlashSale.Queue;

/// <summary>Somebody who is to be called now, by the edge that took it.</summary>
/// <param name="Try">1, or 2 for what may have been told before.</param>
/// <param name="RedeemBy">Epoch seconds, of a turn; else 0.</param>
/// <param name="SinceMs">Since when it has been known, by Redis' clock.</param>
/// <param name="KnownForMs">And how long that was ago when it was taken.</param>
/// <param name="Sealed">By which service (a byte) and how, sealed, as it was given to <see cref="Sleepers.AskAsync"/>.</param>
public readonly record struct DueCall(
    Place Place, CallReason Reason, int Try, long RedeemBy, long SinceMs, long KnownForMs, ReadOnlyMemory<byte> Sealed);

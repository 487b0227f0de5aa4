namespace FlashSale.Calling;

/// <summary>What <c>lease.lua</c> answers.</summary>
/// <param name="Fence">0 when another room leads, or none may.</param>
/// <param name="Holder">The one before; empty for none.</param>
/// <param name="Others">Other rooms that are alive.</param>
public sealed record LeaseAnswer(long Fence, string Holder, long PreviousFence, string Run, int Others, long Tenure);

namespace FlashSale.Calling;

/// <summary>What <c>lease.lua</c> is asked.</summary>
/// <param name="At">This machine's time before asking: a lease counts from there.</param>
/// <param name="HighestFence">That this room has seen.</param>
/// <param name="MayTake">To take a lease that nobody has, or that Redis has lost.</param>
/// <param name="Tenure">Of the term before; 0 for none.</param>
/// <param name="GoesOn">Whether that tenure goes on if the lease was lost: "yes", "no", or "alone", when no other room lives.</param>
public sealed record LeaseQuestion(TimeSpan At, long HighestFence, bool MayTake, long Tenure, string GoesOn);

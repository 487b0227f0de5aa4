namespace FlashSale.Calling;

/// <summary>A time in which this waiting room leads.</summary>
/// <param name="Fence">Grows with every leader; Redis refuses what carries an older one.</param>
/// <param name="Run">The run of Redis it was granted by.</param>
/// <param name="Tenure">The same for terms of this room between which nobody else can have led.</param>
public sealed record Term(long Fence, string Run, long Tenure);

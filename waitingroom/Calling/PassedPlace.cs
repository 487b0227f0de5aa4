using FlashSale.Queue;

namespace FlashSale.Calling;

/// <summary>Nobody is there at this place.</summary>
/// <param name="Rank">In the order of calling.</param>
/// <param name="Before">How many of the choice's admissions come before it.</param>
public readonly record struct PassedPlace(Place Place, long Rank, int Before);

using FlashSale.Queue;

namespace FlashSale.Calling;

/// <summary>Nobody is there at this place.</summary>
/// <param name="Before">How many of the choice's admissions come before it.</param>
public readonly record struct PassedPlace(Place Place, int Before);

namespace FlashSale.Queue;

/// <summary>
/// A place in line: the line's epoch (UTC seconds when it was created) and the number given at joining.
/// </summary>
public readonly record struct Place(uint Epoch, uint Number);

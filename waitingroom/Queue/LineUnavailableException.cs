namespace FlashSale.Queue;

/// <summary>Redis cannot be used right now; what was asked may or may not have happened.</summary>
public sealed class LineUnavailableException(Exception inner) : Exception("Redis is not available", inner);

namespace FlashSale.Simulator.World;

/// <summary>How a request to a process ended.</summary>
internal enum CallEnd { Answered, Refused, TimedOut }

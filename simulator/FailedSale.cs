namespace FlashSale.Simulator;

/// <summary>A sale in which something was found.</summary>
/// <param name="Sale">Its number: the same seed with <c>--sale</c> replays it.</param>
public sealed record FailedSale(long Sale, IReadOnlyList<Checking.Violation> Violations);

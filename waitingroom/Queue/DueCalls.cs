namespace FlashSale.Queue;

/// <summary>What an edge has taken to tell.</summary>
/// <param name="Asked">How many have asked to be called, and are not yet.</param>
/// <param name="HasMore">There is more to go through at once.</param>
/// <param name="Edges">How many take, at least 1.</param>
public sealed record DueCalls(long Asked, bool HasMore, int Edges, IReadOnlyList<DueCall> Calls);

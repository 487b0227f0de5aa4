namespace FlashSale.Queue;

/// <summary>A part of the public log of a sale's calls.</summary>
/// <param name="Epoch">Whose log it is.</param>
/// <param name="Past">The line's epochs before its current one, newest first: each has a log of its own.</param>
/// <param name="First">How many entries are before these.</param>
public sealed record CallsPage(uint Epoch, IReadOnlyList<PastEpoch> Past, long First, IReadOnlyList<Call> Calls)
{
    /// <summary>Nothing will be added to it.</summary>
    public bool IsFull => (First + Calls.Count) % CallPages.Size == 0 && Calls.Count > 0;
}

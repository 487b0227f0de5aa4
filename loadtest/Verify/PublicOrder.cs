namespace FlashSale.LoadTest.Verify;

/// <summary>Everything that is public about a sale's order.</summary>
/// <param name="Order"><c>fifo</c> or <c>shuffle</c>.</param>
/// <param name="Shuffle">Of a shuffled sale.</param>
/// <param name="Logs">The current epoch's, then those of the epochs before, newest first.</param>
public sealed record PublicOrder(string Order, PublicShuffle? Shuffle, IReadOnlyList<PublicLog> Logs)
{
    /// <summary>The line's.</summary>
    public uint Epoch => Logs[0].Epoch;

    /// <summary>Everything that the line did while that epoch was the current one.</summary>
    public IReadOnlyList<CallEntry> Calls => Logs[0].Calls;
}

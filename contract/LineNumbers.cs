namespace FlashSale.Contract;

/// <summary>
/// The answer of <c>GET /internal/sales/{sale}/line</c> of the waiting room: the line's live numbers, for operators.
/// </summary>
public sealed record LineNumbers(
    uint Epoch, long Joined, long Head, long Waiting, long Returning, int Admitted, double AdmissionsPerSecond,
    long SkippedAbsent, int Edges, string? StoppedBecause, DateTimeOffset AsOf)
{
    /// <summary>Polls that the edges answer a second, of this sale.</summary>
    public double PollsPerSecond { get; init; }

    /// <summary>The edges that were heard of this sale within the last minute.</summary>
    public IReadOnlyList<EdgeNumbers> EdgesSeen { get; init; } = [];
}

using FlashSale.Contract;

namespace FlashSale.LoadTest.Verify;

/// <summary>What a shuffled sale tells of its order.</summary>
/// <param name="Count">How many numbers were shuffled; null before the start.</param>
/// <param name="SeedHash">The commitment (<see cref="Draw.Commitment"/>).</param>
/// <param name="Seed">In base64; null until the order is drawn.</param>
/// <param name="Beacon">What is mixed in; null: nothing is.</param>
/// <param name="Past">The epochs before, and how many numbers of each were shuffled.</param>
public sealed record PublicShuffle(
    string Algorithm, uint? Epoch, long? Count, string SeedHash, string? Seed, PublicShuffle.NamedBeacon? Beacon,
    IReadOnlyList<PublicShuffle.PastCount>? Past)
{
    /// <param name="Count">Null: not known any more.</param>
    public sealed record PastCount(uint Epoch, long? Count);

    /// <param name="Value">Null while it is not known.</param>
    public sealed record NamedBeacon(string Name, string? Value);
}

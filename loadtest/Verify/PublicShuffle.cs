namespace FlashSale.LoadTest.Verify;

/// <summary>What a shuffled sale tells of its order.</summary>
/// <param name="Count">How many numbers were shuffled; null before the start.</param>
/// <param name="SeedHash">SHA-256 of the seed, in hex.</param>
/// <param name="Seed">In base64; null before the start.</param>
/// <param name="Past">The epochs before, and how many numbers of each were shuffled.</param>
public sealed record PublicShuffle(
    string Algorithm, uint? Epoch, long? Count, string SeedHash, string? Seed, IReadOnlyList<PublicShuffle.PastCount>? Past)
{
    /// <param name="Count">Null: not known any more.</param>
    public sealed record PastCount(uint Epoch, long? Count);
}

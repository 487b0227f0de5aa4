using FlashSale.Queue;

namespace FlashSale.LoadTest.Verify;

/// <summary>The rank of every place, computed from what is public.</summary>
public sealed class PublicRanks
{
    private readonly byte[] _seed = [];
    private readonly Dictionary<uint, Shuffle?> _shuffles = [];

    public PublicRanks(PublicOrder order)
    {
        ArgumentNullException.ThrowIfNull(order);
        if (order.Shuffle is not { Seed: { } seed } shuffle) return;
        _seed = Convert.FromBase64String(seed);
        foreach (var past in shuffle.Past ?? []) _shuffles[past.Epoch] = past.Count is { } count ? new Shuffle(_seed, count) : null;
        if (shuffle.Count is { } now) _shuffles[order.Epoch] = new Shuffle(_seed, now);
    }

    /// <summary>A number that was not shuffled is its own rank.</summary>
    public long Of(Place place) =>
        !_shuffles.TryGetValue(place.Epoch, out var shuffle) ? place.Number
        : shuffle?.RankOf(place.Number) ?? Shuffle.LostRank(_seed, place);
}

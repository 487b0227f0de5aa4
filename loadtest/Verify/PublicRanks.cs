using FlashSale.Contract;
using FlashSale.Queue;

namespace FlashSale.LoadTest.Verify;

/// <summary>The rank of every place, computed from what is public.</summary>
public sealed class PublicRanks
{
    private readonly byte[] _key = [];
    private readonly Dictionary<uint, Shuffle?> _shuffles = [];

    public PublicRanks(PublicOrder order)
    {
        ArgumentNullException.ThrowIfNull(order);
        if (order.Shuffle is not { Seed: { } seed } shuffle) return;
        _key = Draw.Key(seed, shuffle.Beacon?.Value);
        foreach (var past in shuffle.Past ?? []) _shuffles[past.Epoch] = past.Count is { } count ? new Shuffle(_key, count) : null;
        if (shuffle.Count is { } now) _shuffles[order.Epoch] = new Shuffle(_key, now);
    }

    /// <summary>A number that was not shuffled is its own rank.</summary>
    public long Of(Place place) =>
        !_shuffles.TryGetValue(place.Epoch, out var shuffle) ? place.Number
        : shuffle?.RankOf(place.Number) ?? Shuffle.LostRank(_key, place);
}

using System.Collections.Immutable;

using FlashSale.Contract;

namespace FlashSale.Queue;

/// <summary>Number ↔ rank for one sale; the tables of a shuffle are made once and kept.</summary>
public sealed class LineOrdering
{
    private volatile Tables _tables = new("", null, ImmutableDictionary<long, Shuffle>.Empty);

    /// <param name="Seed">A sale of the same id may have another: it was made again in a ledger that was put back.</param>
    private sealed record Tables(string Seed, string? Beacon, ImmutableDictionary<long, Shuffle> ByCount);

    /// <summary>Ranks are places in the order of calling, unless a shuffle is to come: until then nobody has one.</summary>
    public static bool HasRanks(Sale sale, long? shuffled)
    {
        ArgumentNullException.ThrowIfNull(sale);
        return Drawn(sale, shuffled) is not null || sale.Order != LineOrder.Shuffle;
    }

    /// <summary>The rank of a number of the current epoch; -1 while a shuffle is still to come.</summary>
    public long RankOf(Sale sale, long? shuffled, uint number) => Drawn(sale, shuffled) switch
    {
        null => sale.Order == LineOrder.Shuffle ? -1 : number,
        0 => number,
        { } count => Of(sale, count).RankOf(number),
    };

    /// <summary>Null while a shuffle is to come, be it that only its beacon's value is missing.</summary>
    private static long? Drawn(Sale sale, long? shuffled) => sale.AwaitsBeacon ? null : shuffled;

    /// <summary>The number at a rank of the current epoch.</summary>
    public uint NumberAt(Sale sale, long? shuffled, long rank) =>
        Drawn(sale, shuffled) is > 0 and { } count ? (uint)Of(sale, count).NumberAt(rank) : (uint)rank;

    /// <summary>The rank of a place of an older epoch.</summary>
    public long PastRankOf(Sale sale, long? shuffled, Place place) => shuffled switch
    {
        null when sale.Order == LineOrder.Shuffle => Shuffle.LostRank(Draw.Key(sale.Seed, sale.BeaconValue), place),
        null or 0 => place.Number,
        { } count => Of(sale, count).RankOf(place.Number),
    };

    private Shuffle Of(Sale sale, long count)
    {
        var (seed, beacon, shuffles) = _tables;
        var isSame = seed == sale.Seed && beacon == sale.BeaconValue;
        if (isSame && shuffles.TryGetValue(count, out var shuffle)) return shuffle;
        shuffle = new Shuffle(Draw.Key(sale.Seed, sale.BeaconValue), count);
        if (!isSame || shuffles.Count >= 8) shuffles = shuffles.Clear();
        _tables = new Tables(sale.Seed, sale.BeaconValue, shuffles.SetItem(count, shuffle));
        return shuffle;
    }
}

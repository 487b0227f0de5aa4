using FlashSale.Contract;
using FlashSale.Queue;

namespace FlashSale.Gateway.Tickets;

/// <summary>All that the order of a shuffled sale is made of: anyone can compute it again. What is not to be known yet is null.</summary>
/// <param name="Algorithm"><see cref="Shuffle.Algorithm"/>.</param>
/// <param name="Epoch">The line's.</param>
/// <param name="Count">How many numbers were shuffled: those that were given before the start, in this epoch.</param>
/// <param name="SeedHash">Published from the beginning (<see cref="Draw.Commitment"/>).</param>
/// <param name="Seed">The seed (base64), once the order it makes can no longer be joined.</param>
/// <param name="Beacon">The public value that is mixed in; null: none is.</param>
/// <param name="Past">The epochs before this one, newest first: how many numbers of each were shuffled (null: not known any more).</param>
public sealed record ShuffleView(
    string Algorithm, uint? Epoch, long? Count, string SeedHash, string? Seed, ShuffleView.BeaconView? Beacon,
    IReadOnlyList<ShuffleView.PastCount> Past)
{
    public sealed record PastCount(uint Epoch, long? Count);

    /// <param name="Value">Null while it is not known, and the order not drawn.</param>
    public sealed record BeaconView(string Name, string? Value);

    public static ShuffleView Of(Sale sale, LineBoard? board, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(sale);
        // The start alone is not enough: until the pump has fixed who takes part, a joiner could compute a good place.
        var isFixed = now >= sale.StartsAt && board?.Shuffled is not null;
        return new ShuffleView(
            Shuffle.Algorithm, board?.Epoch, isFixed ? board!.Shuffled : null, Draw.Commitment(sale.Seed, sale.Beacon),
            isFixed && !sale.AwaitsBeacon ? sale.Seed : null,
            sale.Beacon is { } name ? new BeaconView(name, sale.BeaconValue) : null,
            [.. board?.Past.Select(past => new PastCount(past.Epoch, past.Shuffled)) ?? []]);
    }
}

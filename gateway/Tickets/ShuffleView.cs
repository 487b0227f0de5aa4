using System.Security.Cryptography;

using FlashSale.Contract;
using FlashSale.Queue;

namespace FlashSale.Gateway.Tickets;

/// <summary>All that the order of a shuffled sale is made of: anyone can compute it again. What is not to be known yet is null.</summary>
/// <param name="Algorithm"><see cref="Shuffle.Algorithm"/>.</param>
/// <param name="Epoch">The line's.</param>
/// <param name="Count">How many numbers were shuffled: those that were given before the start, in this epoch.</param>
/// <param name="SeedHash">Hex SHA-256 of the seed, published from the beginning.</param>
/// <param name="Seed">The seed (base64), once the order it makes can no longer be joined.</param>
/// <param name="Beacon">A public value that was mixed in; none is.</param>
/// <param name="Past">The epochs before this one, newest first: how many numbers of each were shuffled (null: not known any more).</param>
public sealed record ShuffleView(
    string Algorithm, uint? Epoch, long? Count, string SeedHash, string? Seed, string? Beacon, IReadOnlyList<ShuffleView.PastCount> Past)
{
    public sealed record PastCount(uint Epoch, long? Count);

    public static ShuffleView Of(Sale sale, LineBoard? board, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(sale);
        // The start alone is not enough: until the pump has fixed who takes part, a joiner could compute a good place.
        var isFixed = now >= sale.StartsAt && board?.Shuffled is not null;
        return new ShuffleView(
            Shuffle.Algorithm, board?.Epoch, isFixed ? board!.Shuffled : null,
            Convert.ToHexStringLower(SHA256.HashData(Convert.FromBase64String(sale.Seed))), isFixed ? sale.Seed : null, null,
            [.. board?.Past.Select(past => new PastCount(past.Epoch, past.Shuffled)) ?? []]);
    }
}

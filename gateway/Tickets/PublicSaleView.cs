using System.Security.Cryptography;

using FlashSale.Contract;
using FlashSale.Queue;

namespace FlashSale.Gateway.Tickets;

/// <summary>The public view of a sale.</summary>
/// <param name="SeedHash">Hex SHA-256 of the shuffle's seed, published from the beginning.</param>
/// <param name="Seed">The seed (base64), once the order it makes can no longer be joined.</param>
public sealed record PublicSaleView(
    SaleId Sale, string Name, Money Price, LineOrder Order, IdentityRule Identity, string SaleState,
    DateTimeOffset QueueOpensAt, DateTimeOffset StartsAt, DateTimeOffset? EndsAt, PublicSaleUnits Units, string? Message,
    string? SeedHash, string? Seed, DateTimeOffset ServerTime)
{
    /// <param name="now">The ledger's time.</param>
    public static PublicSaleView Of(Sale sale, LineBoard? board, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(sale);
        var units = Tickets.Units.Of(sale, board);
        var shuffle = sale.Order == LineOrder.Shuffle;
        // The start alone is not enough: until the pump has fixed who takes part, a joiner could compute a good place.
        var isFixed = now >= sale.StartsAt && board?.Shuffled is not null;
        return new PublicSaleView(
            sale.Id, sale.Name, sale.Price, sale.Order, sale.Identity, PublicSaleStates.Of(sale, board, now).Word(),
            sale.QueueOpensAt, sale.StartsAt, sale.EndsAt,
            new PublicSaleUnits(units.Total, units.Available, units.InCarts, units.Sold), sale.Message,
            shuffle ? Convert.ToHexStringLower(SHA256.HashData(Convert.FromBase64String(sale.Seed))) : null,
            shuffle && isFixed ? sale.Seed : null, now);
    }
}

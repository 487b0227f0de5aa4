using FlashSale.Contract;
using FlashSale.Queue;

namespace FlashSale.Gateway.Tickets;

/// <summary>The public view of a sale.</summary>
/// <param name="SeedHash">As in <paramref name="Shuffle"/>, which came later.</param>
/// <param name="Seed">As in <paramref name="Shuffle"/>.</param>
/// <param name="Shuffle">Of a shuffled sale.</param>
public sealed record PublicSaleView(
    SaleId Sale, string Name, Money Price, LineOrder Order, IdentityRule Identity, string SaleState,
    DateTimeOffset QueueOpensAt, DateTimeOffset StartsAt, DateTimeOffset? EndsAt, PublicSaleUnits Units, string? Message,
    string? SeedHash, string? Seed, ShuffleView? Shuffle, DateTimeOffset ServerTime)
{
    /// <param name="now">The ledger's time.</param>
    public static PublicSaleView Of(Sale sale, LineBoard? board, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(sale);
        var units = Tickets.Units.Of(sale, board);
        // What was drawn stays public, whatever the operator sets afterwards.
        var shuffle = sale.Order == LineOrder.Shuffle || board?.Shuffled > 0 ? ShuffleView.Of(sale, board, now) : null;
        return new PublicSaleView(
            sale.Id, sale.Name, sale.Price, sale.Order, sale.Identity, PublicSaleStates.Of(sale, board, now).Word(),
            sale.QueueOpensAt, sale.StartsAt, sale.EndsAt,
            new PublicSaleUnits(units.Total, units.Available, units.InCarts, units.Sold), sale.Message,
            shuffle?.SeedHash, shuffle?.Seed, shuffle, now);
    }
}

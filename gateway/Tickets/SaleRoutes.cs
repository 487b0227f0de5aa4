using System.Security.Cryptography;

using FlashSale.Contract;
using FlashSale.Gateway.Catalog;
using FlashSale.Queue;

namespace FlashSale.Gateway.Tickets;

/// <summary>The public view of a sale.</summary>
/// <param name="SeedHash">Hex SHA-256 of the shuffle's seed, published from the beginning.</param>
/// <param name="Seed">The seed (base64), once the order it makes can no longer be joined.</param>
public sealed record SaleView(
    SaleId Sale, string Name, Money Price, LineOrder Order, IdentityRule Identity, string SaleState,
    DateTimeOffset QueueOpensAt, DateTimeOffset StartsAt, DateTimeOffset? EndsAt, SaleViewUnits Units, string? Message,
    string? SeedHash, string? Seed, DateTimeOffset ServerTime)
{
    /// <param name="now">The ledger's time.</param>
    public static SaleView Of(Sale sale, LineBoard? board, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(sale);
        var units = Tickets.Units.Of(sale, board);
        var shuffle = sale.Order == LineOrder.Shuffle;
        // The start alone is not enough: until the pump has fixed who takes part, a joiner could compute a good place.
        var isFixed = now >= sale.StartsAt && board?.Shuffled is not null;
        return new SaleView(
            sale.Id, sale.Name, sale.Price, sale.Order, sale.Identity, SaleStates.Of(sale, board, now).Word(),
            sale.QueueOpensAt, sale.StartsAt, sale.EndsAt,
            new SaleViewUnits(units.Total, units.Available, units.InCarts, units.Sold), sale.Message,
            shuffle ? Convert.ToHexStringLower(SHA256.HashData(Convert.FromBase64String(sale.Seed))) : null,
            shuffle && isFixed ? sale.Seed : null, now);
    }
}

/// <summary>Where the units are.</summary>
public sealed record SaleViewUnits(int Total, int Available, int InCarts, int Sold);

/// <summary><c>GET /sales/{sale}</c>.</summary>
public static class SaleRoutes
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var services = routes.ServiceProvider;
        var catalog = services.GetRequiredService<SaleCatalog>();
        var line = services.GetRequiredService<Line>();
        var clock = services.GetRequiredService<LedgerClock>();
        routes.MapGet("/sales/{sale}", async (HttpContext context) =>
        {
            if (await catalog.SaleAsync(context).ConfigureAwait(false) is not { } listed) return;
            context.Response.Headers.CacheControl = "public, max-age=1";
            var view = SaleView.Of(listed.Sale, line.Board(listed.Sale.Id), clock.GetUtcNow());
            await context.Response.WriteAsJsonAsync(view, Wire.Json, context.RequestAborted).ConfigureAwait(false);
        });
    }
}

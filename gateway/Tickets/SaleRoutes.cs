using FlashSale.Contract;
using FlashSale.Gateway.Catalog;
using FlashSale.Queue;

namespace FlashSale.Gateway.Tickets;

/// <summary><c>GET /sales/{sale}</c>.</summary>
public static class SaleRoutes
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var services = routes.ServiceProvider;
        var catalog = services.GetRequiredService<EdgeCatalog>();
        var line = services.GetRequiredService<Line>();
        var clock = services.GetRequiredService<LedgerClock>();
        routes.MapGet("/sales/{sale}", async (HttpContext context) =>
        {
            if (await catalog.SaleAsync(context).ConfigureAwait(false) is not { } listed) return;
            context.Response.Headers.CacheControl = "public, max-age=1";
            var view = PublicSaleView.Of(listed.Sale, line.Board(listed.Sale.Id), clock.GetUtcNow());
            await context.Response.WriteAsJsonAsync(view, Wire.Json, context.RequestAborted).ConfigureAwait(false);
        });
    }
}

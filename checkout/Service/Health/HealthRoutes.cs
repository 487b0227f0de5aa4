using FlashSale.Checkout.Ledger;
using FlashSale.Checkout.Sales;

namespace FlashSale.Checkout.Health;

/// <summary>Whether the process is up, and whether it can work.</summary>
public static class HealthRoutes
{
    public static void MapHealth(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/health/live", () => Results.Ok()).NeedsNoLedger();
        routes.MapGet("/health/ready", (CatalogKeeper keeper, IHostApplicationLifetime lifetime) =>
        {
            IReadOnlyList<string> missing = lifetime.ApplicationStopping.IsCancellationRequested
                ? [.. keeper.Missing, "stopping"] : keeper.Missing;
            return Results.Json(
                new { ready = missing.Count == 0, missing }, statusCode: missing.Count == 0 ? 200 : 503);
        }).NeedsNoLedger();
    }
}

using System.Globalization;

using FlashSale.Checkout.Reservations;
using FlashSale.Checkout.Sales;
using FlashSale.Checkout.Webhooks;
using FlashSale.Contract;

namespace FlashSale.Checkout.Internal;

/// <summary>What the waiting rooms and the edges pull.</summary>
public static class InternalRoutes
{
    public static IServiceCollection AddInternal(this IServiceCollection services) =>
        services.AddSingleton<LedgerReader>();

    public static void MapInternalRoutes(this IEndpointRouteBuilder routes)
    {
        var services = routes.MapInternal();
        services.MapKeyChanges();
        services.MapCalledPlaces();
        services.MapGet("/ledger", async (
            string? revision, string? since, string? held, SaleCatalog catalog, LedgerReader reader,
            CancellationToken cancel) =>
        {
            var asked = HeldUnits.Changed;
            if (!string.IsNullOrEmpty(held)
                && (!Enum.TryParse(held, ignoreCase: true, out asked) || !Enum.IsDefined(asked)))
                return Problem.Malformed.Result("held must be changed or sums");
            DateTimeOffset? from = null;
            if (!string.IsNullOrEmpty(since))
            {
                if (!DateTimeOffset.TryParse(
                    since, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time))
                    return Problem.Malformed.Result("since must be a time");
                from = time;
            }
            // The sales first: a unit of a sale that is created in between is told the next time.
            var sales = await catalog.ReadAsync(cancel).ConfigureAwait(false);
            var snapshot = await reader.ReadAsync(sales, revision, from, asked, cancel).ConfigureAwait(false);
            // Who cannot write cannot put a unit in a cart either: the line holds still.
            return snapshot is null
                ? Problem.Unavailable.Result("the ledger takes no writes")
                : Results.Json(snapshot, Wire.Json);
        });
        services.MapGet("/purchases/{sale}", async (
            string sale, string? shopper, SaleCatalog catalog, ReservationTable reservations, CancellationToken cancel) =>
        {
            if (!SaleId.TryParse(sale, out var id) || !ShopperId.TryParse(shopper, out var who)) return Problem.Malformed.Result();
            if (await catalog.FindAsync(id, cancel).ConfigureAwait(false) is not { } row) return Problem.UnknownSale.Result();
            return await reservations.BoughtAsync(row.No, who, cancel).ConfigureAwait(false) is { OrderNumber: { } number } bought
                ? Results.Json(new Purchase(bought.PublicId.ToString(), number, bought.Unit, bought.Price), Wire.Json)
                : Problem.NotFound.Result();
        });
        services.MapGet("/catalog", async (string? revision, SaleCatalog catalog, CancellationToken cancel) =>
        {
            var now = await catalog.ReadAsync(cancel).ConfigureAwait(false);
            return Results.Json(revision == now.Revision
                ? new Catalog(now.AsOf, now.Revision, null, null)
                : new Catalog(
                    now.AsOf, now.Revision, [.. now.Sales.Values.Select(row => row.Sale)], [.. now.Storefronts.Values]),
                Wire.Json);
        });
    }
}

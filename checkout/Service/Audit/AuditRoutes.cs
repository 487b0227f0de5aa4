using FlashSale.Checkout.Access;
using FlashSale.Checkout.Sales;
using FlashSale.Contract;

namespace FlashSale.Checkout.Audit;

/// <summary>The invariants and the reservations, for operators.</summary>
public static class AuditRoutes
{
    private const string States = "state: must be held, sold, released, refunding or refunded";

    public static IServiceCollection AddAudit(this IServiceCollection services)
    {
        services.AddSingleton<Auditor>();
        return services.AddSingleton<ReservationPages>();
    }

    /// <summary>Adds the routes to the operators' group.</summary>
    public static void MapAudit(this RouteGroupBuilder admin)
    {
        admin.MapGet("/sales/{sale}/audit", async (
            string sale, bool? provider, SaleCatalog catalog, Auditor auditor, CancellationToken cancel) =>
            await FindAsync(catalog, sale, cancel).ConfigureAwait(false) is { } row
                ? Results.Json(await auditor.AuditAsync(row, provider ?? false, cancel).ConfigureAwait(false), Wire.Json)
                : Problem.UnknownSale.Result()).Needs(OperatorRole.Viewer, OperatorReach.Sale);
        admin.MapGet("/sales/{sale}/reservations", async (
            string sale, string? state, string? cursor, int? limit, string? find, SaleCatalog catalog, ReservationPages pages,
            CancellationToken cancel) =>
        {
            if (await FindAsync(catalog, sale, cancel).ConfigureAwait(false) is not { } row)
                return Problem.UnknownSale.Result();
            if (!ReservationPages.TryParseState(state, out var states))
                return Problem.Malformed.Result(States);
            if (!ReservationPages.TryParseCursor(cursor, out var after)) return Problem.Malformed.Result("cursor: not one of ours");
            if (limit is < 1 or > ReservationPages.MaxRows)
                return Problem.Malformed.Result($"limit: must be 1 to {ReservationPages.MaxRows}");
            if (find is { Length: 0 or > ReservationPages.MaxFind } || find?.AsSpan().ContainsAnyExceptInRange(' ', '~') is true)
                return Problem.Malformed.Result("find: must be an order's number, a unit or a reservation's id");
            var page = await pages.ReadAsync(row, states, after, limit ?? 100, cancel, find).ConfigureAwait(false);
            return Results.Json(page, Wire.Json);
        }).Needs(OperatorRole.Viewer, OperatorReach.Sale);
        admin.MapGet("/sales/{sale}/reservations.csv", async (
            string sale, string? state, HttpContext context, SaleCatalog catalog, ReservationPages pages,
            CancellationToken cancel) =>
        {
            if (await FindAsync(catalog, sale, cancel).ConfigureAwait(false) is not { } row)
                await Problem.UnknownSale.WriteAsync(context.Response).ConfigureAwait(false);
            else if (!ReservationPages.TryParseState(state, out var states))
                await Problem.Malformed.WriteAsync(context.Response, States).ConfigureAwait(false);
            else
                await ReservationCsv.WriteAsync(context.Response, row, states, pages, cancel).ConfigureAwait(false);
        }).Needs(OperatorRole.Viewer, OperatorReach.Sale);
    }

    private static async Task<SaleRow?> FindAsync(SaleCatalog catalog, string sale, CancellationToken cancel) =>
        SaleId.TryParse(sale, out var id)
            ? (await catalog.ReadAsync(cancel).ConfigureAwait(false)).Sales.GetValueOrDefault(id)
            : null;
}

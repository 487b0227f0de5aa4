using FlashSale.Checkout.Access;
using FlashSale.Contract;

namespace FlashSale.Checkout.Journal;

/// <summary>Who has changed what: <c>GET /admin/journal</c>.</summary>
public static class JournalRoutes
{
    public static IServiceCollection AddJournal(this IServiceCollection services) => services.AddSingleton<JournalPages>();

    /// <summary>Adds the routes to the operators' group. Who operates one storefront sees what was changed of it.</summary>
    public static void MapJournal(this RouteGroupBuilder admin)
    {
        admin.MapGet("/journal", async (
            string? sale, string? actor, string? cursor, int? limit, HttpContext context, JournalPages pages, CancellationToken cancel) =>
        {
            if (!TryParseSale(sale, out var id)) return Problem.Malformed.Result("sale: not a sale id");
            if (!JournalPages.TryParseCursor(cursor, out var before)) return Problem.Malformed.Result("cursor: not one of ours");
            if (limit is < 1 or > JournalPages.MaxRows) return Problem.Malformed.Result($"limit: must be 1 to {JournalPages.MaxRows}");
            return Results.Json(await pages.ReadAsync(
                id, Filter(actor), Operator.Of(context).Storefront, before, limit ?? 100, cancel).ConfigureAwait(false), Wire.Json);
        }).Needs(OperatorRole.Viewer, OperatorReach.Own);
        admin.MapGet("/journal.csv", async (
            string? sale, string? actor, HttpContext context, JournalPages pages, CancellationToken cancel) =>
        {
            if (!TryParseSale(sale, out var id))
                await Problem.Malformed.WriteAsync(context.Response, "sale: not a sale id").ConfigureAwait(false);
            else
                await JournalCsv.WriteAsync(context.Response, before => pages.ReadAsync(
                    id, Filter(actor), Operator.Of(context).Storefront, before, JournalPages.MaxRows, cancel), cancel).ConfigureAwait(false);
        }).Needs(OperatorRole.Viewer, OperatorReach.Own);
    }

    private static string? Filter(string? text) => string.IsNullOrEmpty(text) ? null : text;

    private static bool TryParseSale(string? text, out SaleId? sale)
    {
        sale = null;
        if (string.IsNullOrEmpty(text)) return true;
        if (!SaleId.TryParse(text, out var id)) return false;
        sale = id;
        return true;
    }
}

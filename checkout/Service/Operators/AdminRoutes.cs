using FlashSale.Checkout.Http;
using FlashSale.Checkout.Payments;
using FlashSale.Checkout.Sales;
using FlashSale.Checkout.Storefronts;
using FlashSale.Contract;

namespace FlashSale.Checkout.Operators;

/// <summary>The operators' API: sales and storefronts.</summary>
public static class AdminRoutes
{
    public static IServiceCollection AddOperators(this IServiceCollection services)
    {
        services.AddOptions<OperatorOptions>().BindConfiguration(OperatorOptions.Section)
            .ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<LineClient>();
        return services.AddSingleton<UnitCounter>();
    }

    /// <summary>Adds the routes to the group of <see cref="OperatorGuard.MapAdmin"/>.</summary>
    public static void MapSettings(this RouteGroupBuilder admin)
    {
        admin.MapPut("/sales/{sale}", (string sale, HttpContext context, AdminSales sales, CancellationToken cancel) =>
            sales.ChangeAsync(sale, context.Request, create: true, cancel));
        admin.MapPatch("/sales/{sale}", (string sale, HttpContext context, AdminSales sales, CancellationToken cancel) =>
            sales.ChangeAsync(sale, context.Request, create: false, cancel));
        admin.MapGet("/sales", (AdminSales sales, CancellationToken cancel) => sales.ListAsync(cancel));
        admin.MapGet("/sales/{sale}", (string sale, AdminSales sales, CancellationToken cancel) =>
            sales.GetAsync(sale, cancel));
        admin.MapPut("/storefronts/{id}", PutStorefrontAsync);
        admin.MapPost("/storefronts/{id}/key", async (string id, StorefrontStore store, CancellationToken cancel) =>
            StorefrontId.TryParse(id, out var storefront)
            && await store.RenewKeyAsync(storefront, cancel).ConfigureAwait(false) is { } apiKey
                ? Results.Json(new { apiKey }, Wire.Json)
                : Problem.NotFound.Result());
        admin.MapGet("/storefronts", async (SaleCatalog catalog, CancellationToken cancel) => Results.Json(new
        {
            storefronts = (await catalog.ReadAsync(cancel).ConfigureAwait(false)).Storefronts.Values
                .OrderBy(storefront => storefront.Id.Value, StringComparer.Ordinal)
                .Select(storefront => StorefrontStore.Of(storefront)).ToList(),
        }, Wire.Json));
        admin.MapGet("/storefronts/{id}", async (string id, SaleCatalog catalog, CancellationToken cancel) =>
            StorefrontId.TryParse(id, out var storefront)
            && (await catalog.ReadAsync(cancel).ConfigureAwait(false)).Storefronts.TryGetValue(storefront, out var found)
                ? Results.Json(StorefrontStore.Of(found), Wire.Json)
                : Problem.NotFound.Result());
    }

    private static async Task<IResult> PutStorefrontAsync(
        string id, HttpContext context, StorefrontStore store, CancellationToken cancel)
    {
        if (!StorefrontId.TryParse(id, out var storefront)) return Problem.Malformed.Result("not a storefront id");
        var (body, problem) = await JsonBody.ReadAsync(context.Request, cancel).ConfigureAwait(false);
        if (problem is not null) return problem;
        var (saved, created, errors) = await store.PutAsync(storefront, body, cancel).ConfigureAwait(false);
        return saved is null
            ? Problem.Malformed.Result(string.Join("; ", errors), extensions: ("errors", errors))
            : Results.Json(saved, Wire.Json, statusCode: created ? 201 : 200);
    }
}

/// <summary>Sales as operators see and change them.</summary>
public sealed class AdminSales(
    SaleStore store, SaleCatalog catalog, UnitCounter counter, LineClient lines, PaymentDesk payments)
{
    public async Task<IResult> ChangeAsync(string sale, HttpRequest request, bool create, CancellationToken cancel)
    {
        if (!SaleId.TryParse(sale, out var id)) return Problem.Malformed.Result("not a sale id");
        var (body, problem) = await JsonBody.ReadAsync(request, cancel).ConfigureAwait(false);
        if (problem is not null) return problem;
        return await store.ChangeAsync(id, body, create, cancel).ConfigureAwait(false) switch
        {
            SaleOutcome.Saved saved => await ViewAsync(saved.Row, saved.Created ? 201 : 200, cancel).ConfigureAwait(false),
            SaleOutcome.Invalid invalid =>
                Problem.Malformed.Result(string.Join("; ", invalid.Errors), extensions: ("errors", invalid.Errors)),
            SaleOutcome.InventoryInUse => Problem.InventoryInUse.Result(),
            _ => Problem.UnknownSale.Result(),
        };
    }

    public async Task<IResult> GetAsync(string sale, CancellationToken cancel) =>
        SaleId.TryParse(sale, out var id)
        && (await catalog.ReadAsync(cancel).ConfigureAwait(false)).Sales.TryGetValue(id, out var row)
            ? await ViewAsync(row, 200, cancel).ConfigureAwait(false)
            : Problem.UnknownSale.Result();

    public async Task<IResult> ListAsync(CancellationToken cancel)
    {
        var sales = (await catalog.ReadAsync(cancel).ConfigureAwait(false)).Sales.Values.OrderByDescending(row => row.No);
        var counts = await counter.CountAsync(cancel).ConfigureAwait(false);
        // Without the line's numbers: a waiting room is not asked once for every sale.
        return Results.Json(new
        {
            sales = sales.Where(row => counts.ContainsKey(row.No))
                .Select(row => SaleView.Of(row.Sale, counts[row.No], line: null)).ToList(),
        }, Wire.Json);
    }

    private async Task<IResult> ViewAsync(SaleRow row, int status, CancellationToken cancel)
    {
        var line = lines.FindAsync(row.Sale.Id, cancel);
        var counts = await counter.CountAsync(cancel).ConfigureAwait(false);
        return Results.Json(
            SaleView.Of(
                row.Sale, counts[row.No], await line.ConfigureAwait(false),
                await payments.NumbersAsync(row.No, cancel).ConfigureAwait(false)), Wire.Json, statusCode: status);
    }
}

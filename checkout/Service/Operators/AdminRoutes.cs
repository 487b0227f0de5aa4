using FlashSale.Checkout.Http;
using FlashSale.Checkout.Sales;
using FlashSale.Checkout.Storefronts;
using FlashSale.Contract;

namespace FlashSale.Checkout.Operators;

/// <summary>The operators' API: sales and storefronts.</summary>
public static class AdminRoutes
{
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

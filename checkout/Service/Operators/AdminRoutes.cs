using FlashSale.Checkout.Access;
using FlashSale.Checkout.Http;
using FlashSale.Checkout.Sales;
using FlashSale.Checkout.Storefronts;
using FlashSale.Contract;

namespace FlashSale.Checkout.Operators;

/// <summary>The operators' API: sales, storefronts and operators.</summary>
public static class AdminRoutes
{
    /// <summary>Adds the routes to the group of <see cref="OperatorGuard.MapAdmin"/>.</summary>
    public static void MapSettings(this RouteGroupBuilder admin)
    {
        admin.MapOperators();
        admin.MapPut("/sales/{sale}", (string sale, HttpContext context, AdminSales sales, CancellationToken cancel) =>
            sales.ChangeAsync(sale, context, create: true, cancel)).Needs(OperatorRole.Operator, OperatorReach.Sale);
        admin.MapPatch("/sales/{sale}", (string sale, HttpContext context, AdminSales sales, CancellationToken cancel) =>
            sales.ChangeAsync(sale, context, create: false, cancel)).Needs(OperatorRole.Operator, OperatorReach.Sale);
        admin.MapGet("/sales", (HttpContext context, AdminSales sales, CancellationToken cancel) =>
            sales.ListAsync(context, cancel)).Needs(OperatorRole.Viewer, OperatorReach.Own);
        admin.MapGet("/sales/{sale}", (string sale, AdminSales sales, CancellationToken cancel) =>
            sales.GetAsync(sale, cancel)).Needs(OperatorRole.Viewer, OperatorReach.Sale);
        admin.MapPut("/storefronts/{id}", PutStorefrontAsync).Needs(OperatorRole.Admin, OperatorReach.Storefront);
        admin.MapPost("/storefronts/{id}/key", async (string id, HttpContext context, StorefrontStore store, CancellationToken cancel) =>
            StorefrontId.TryParse(id, out var storefront)
            && await store.RenewKeyAsync(Operator.Of(context), storefront, cancel).ConfigureAwait(false) is { } apiKey
                ? Results.Json(new { apiKey }, Wire.Json)
                : Problem.NotFound.Result()).Needs(OperatorRole.Admin, OperatorReach.Storefront);
        admin.MapGet("/storefronts", async (HttpContext context, SaleCatalog catalog, CancellationToken cancel) => Results.Json(new
        {
            storefronts = (await catalog.ReadAsync(cancel).ConfigureAwait(false)).Storefronts.Values
                .Where(storefront => Operator.Of(context).MayReach(storefront.Id))
                .OrderBy(storefront => storefront.Id.Value, StringComparer.Ordinal)
                .Select(storefront => StorefrontStore.Of(storefront)).ToList(),
        }, Wire.Json)).Needs(OperatorRole.Viewer, OperatorReach.Own);
        admin.MapGet("/storefronts/{id}", async (string id, SaleCatalog catalog, CancellationToken cancel) =>
            StorefrontId.TryParse(id, out var storefront)
            && (await catalog.ReadAsync(cancel).ConfigureAwait(false)).Storefronts.TryGetValue(storefront, out var found)
                ? Results.Json(StorefrontStore.Of(found), Wire.Json)
                : Problem.NotFound.Result()).Needs(OperatorRole.Viewer, OperatorReach.Storefront);
    }

    private static async Task<IResult> PutStorefrontAsync(
        string id, HttpContext context, StorefrontStore store, CancellationToken cancel)
    {
        if (!StorefrontId.TryParse(id, out var storefront)) return Problem.Malformed.Result("not a storefront id");
        var (body, problem) = await JsonBody.ReadAsync(context.Request, cancel).ConfigureAwait(false);
        if (problem is not null) return problem;
        var (saved, created, errors) = await store.PutAsync(Operator.Of(context), storefront, body, cancel).ConfigureAwait(false);
        return saved is null
            ? Problem.Malformed.Result(string.Join("; ", errors), extensions: ("errors", errors))
            : Results.Json(saved, Wire.Json, statusCode: created ? 201 : 200);
    }
}

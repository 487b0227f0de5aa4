using FlashSale.Contract;

namespace FlashSale.Gateway.Catalog;

/// <summary>The sale that a request names.</summary>
public static class SaleOfRoute
{
    /// <summary>The known sale of the route's <c>{sale}</c>; null after a problem has been written.</summary>
    public static ValueTask<ListedSale?> SaleAsync(this EdgeCatalog catalog, HttpContext context) =>
        catalog.SaleAsync(context, context.Request.RouteValues["sale"] as string);

    /// <summary>The known sale of that id; null after a problem has been written.</summary>
    public static async ValueTask<ListedSale?> SaleAsync(this EdgeCatalog catalog, HttpContext context, string? id)
    {
        if (id is not null && catalog.Find(id) is { } known) return known;
        var (listed, problem) = await catalog.LookUpAsync(id, context.RequestAborted).ConfigureAwait(false);
        if (problem is not null) await problem.WriteAsync(context.Response).ConfigureAwait(false);
        return listed;
    }

    /// <summary>The sale, or 400 for what is no id, 404 for an unknown one, 503 while that cannot be known.</summary>
    public static async ValueTask<(ListedSale? Sale, Problem? Problem)> LookUpAsync(
        this EdgeCatalog catalog, string? id, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        if (!SaleId.TryParse(id, out var sale)) return (null, Problem.Malformed);
        var found = await catalog.FindAsync(sale, cancel).ConfigureAwait(false);
        if (found.Sale is not null) return (found.Sale, null);
        return (null, found.IsCertain ? Problem.UnknownSale : Problem.Unavailable);
    }
}

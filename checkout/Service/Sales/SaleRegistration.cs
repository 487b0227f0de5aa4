using FlashSale.Checkout.Internal;
using FlashSale.Checkout.Ledger;
using FlashSale.Checkout.Operators;
using FlashSale.Checkout.Shop;
using FlashSale.Checkout.Storefronts;

namespace FlashSale.Checkout.Sales;

public static class SaleRegistration
{
    /// <summary>Sales, storefronts and what is told about them.</summary>
    public static IServiceCollection AddSales(this IServiceCollection services)
    {
        services.AddSingleton<SaleCatalog>();
        services.AddSingleton<SaleStore>();
        services.AddSingleton<AdminSales>();
        services.AddSingleton<StorefrontKeys>();
        services.AddSingleton<StorefrontStore>();
        services.AddSingleton<LedgerReader>();
        return services.AddBackground<CatalogKeeper>();
    }

    /// <summary>What the shop shows of them.</summary>
    public static IServiceCollection AddListing(this IServiceCollection services) =>
        services.AddSingleton<FindListing>(provider => async (id, cancel) =>
        {
            var catalog = provider.GetRequiredService<SaleCatalog>();
            if (await catalog.FindAsync(id, cancel).ConfigureAwait(false) is not { } row) return null;
            return new ShopListing(row.Sale, catalog.Latest?.Storefronts.GetValueOrDefault(row.Sale.Storefront));
        });
}

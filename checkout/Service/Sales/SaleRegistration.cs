using FlashSale.Checkout.Ledger;

namespace FlashSale.Checkout.Sales;

/// <summary>The sales, as they are set and as they are known.</summary>
public static class SaleRegistration
{
    public static IServiceCollection AddSales(this IServiceCollection services) =>
        services.AddSingleton<SaleCatalog>().AddSingleton<SaleStore>().AddBackground<CatalogKeeper>();
}

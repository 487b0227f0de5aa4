namespace FlashSale.Checkout.Shop;

public static class ShopRegistration
{
    /// <summary>The demo storefront's pages.</summary>
    public static IServiceCollection AddShop(this IServiceCollection services)
    {
        services.AddOptions<ShopOptions>().BindConfiguration(ShopOptions.Section).ValidateDataAnnotations()
            .ValidateOnStart();
        return services;
    }
}

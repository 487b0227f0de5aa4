namespace FlashSale.Checkout.Storefronts;

/// <summary>The storefronts and their API keys.</summary>
public static class StorefrontRegistration
{
    public static IServiceCollection AddStorefronts(this IServiceCollection services) =>
        services.AddSingleton<StorefrontApiKeys>().AddSingleton<StorefrontStore>();
}

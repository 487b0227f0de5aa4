using FlashSale.Gateway.Catalog;

namespace FlashSale.Gateway.Enqueue;

public static class EnqueueSetup
{
    /// <summary>What storefronts say of their shoppers, and the keys that it is verified with.</summary>
    public static IServiceCollection AddEnqueueTokens(this IServiceCollection services) => services
        .AddSingleton(provider => new EnqueueKeys(
            EnqueueKeys.Client(), provider.GetRequiredService<EdgeCatalog>(), provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<EnqueueKeys>>()))
        .AddHostedService(provider => provider.GetRequiredService<EnqueueKeys>())
        .AddSingleton<EnqueueTokens>();
}

namespace FlashSale.Gateway.Enqueue;

public static class EnqueueSetup
{
    /// <summary>What storefronts say of their shoppers, and the keys that it is verified with.</summary>
    public static IServiceCollection AddEnqueueTokens(this IServiceCollection services) => services
        .AddSingleton(provider => new StorefrontKeys(
            StorefrontKeys.Client(), provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<StorefrontKeys>>()))
        .AddSingleton<EnqueueTokens>();
}

using Microsoft.Extensions.DependencyInjection;

namespace FlashSale.Telemetry;

internal static class ScrapeListenerSetup
{
    public static void AddScrapeListener(this IServiceCollection services)
    {
        services.AddSingleton<ScrapeListener>();
        services.AddHostedService(provider => provider.GetRequiredService<ScrapeListener>());
    }
}

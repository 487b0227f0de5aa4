using FlashSale.Contract;
using FlashSale.Gateway.Edge;
using FlashSale.Gateway.Upstreams;

using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace FlashSale.Gateway.Catalog;

public static class CatalogSetup
{
    /// <summary>The sales of the ledger and its clock.</summary>
    public static IServiceCollection AddCatalog(this IServiceCollection services)
    {
        services.AddServiceKey();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(provider => new LedgerClock(provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => new EdgeCatalog(
            ServiceClients.Create(provider, provider.GetRequiredService<IOptions<GatewayOptions>>().Value.Checkouts),
            provider.GetRequiredService<LedgerClock>(), provider.GetRequiredService<ILogger<EdgeCatalog>>()));
        services.AddHostedService(provider => provider.GetRequiredService<EdgeCatalog>());
        return services;
    }
}

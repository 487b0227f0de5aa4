using FlashSale.Contract;
using FlashSale.Gateway.Proxy;

using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace FlashSale.Gateway.Catalog;

public static class CatalogSetup
{
    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(3);

    /// <summary>The sales of the ledger and its clock.</summary>
    public static IServiceCollection AddCatalog(this IServiceCollection services)
    {
        services.AddServiceKey();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(provider => new LedgerClock(provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => new SaleCatalog(
            Client(provider, provider.GetRequiredService<IOptions<GatewayOptions>>().Value.Checkouts),
            provider.GetRequiredService<LedgerClock>(), provider.GetRequiredService<ILogger<SaleCatalog>>()));
        services.AddHostedService(provider => provider.GetRequiredService<SaleCatalog>());
        return services;
    }

    /// <summary>A client of internal routes: fails over, and shows the service key.</summary>
    public static HttpClient Client(IServiceProvider provider, IReadOnlyList<Uri> destinations)
    {
        var client = FailoverHandler.Client(destinations, s_timeout);
        client.DefaultRequestHeaders.Authorization =
            ServiceKey.Header(provider.GetRequiredService<IOptions<ServiceKeyOptions>>().Value.Key);
        return client;
    }
}

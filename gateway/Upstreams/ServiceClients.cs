using FlashSale.Contract;

using Microsoft.Extensions.Options;

namespace FlashSale.Gateway.Upstreams;

/// <summary>Clients of the other services' internal routes.</summary>
public static class ServiceClients
{
    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(3);

    /// <summary>Fails over, and shows the service key.</summary>
    public static HttpClient Create(IServiceProvider provider, IReadOnlyList<Uri> destinations)
    {
        var client = FailoverHandler.Client(destinations, s_timeout);
        client.DefaultRequestHeaders.Authorization =
            ServiceKey.Header(provider.GetRequiredService<IOptions<ServiceKeyOptions>>().Value.Key);
        return client;
    }
}

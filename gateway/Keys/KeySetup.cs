using FlashSale.Admission;
using FlashSale.Gateway.Edge;
using FlashSale.Gateway.Upstreams;

using Microsoft.Extensions.Options;

namespace FlashSale.Gateway.Keys;

public static class KeySetup
{
    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(2);

    /// <summary>The waiting rooms' public keys: to verify with here, and published for those who verify themselves.</summary>
    public static IServiceCollection AddKeys(this IServiceCollection services)
    {
        services.AddSingleton(provider => new AdmissionKeys(
            Client(provider), Jwks.Path, provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<AdmissionKeys>>()));
        services.AddHostedService(provider => provider.GetRequiredService<AdmissionKeys>());
        return services.AddSingleton(provider =>
            new Jwks(Client(provider), provider.GetRequiredService<TimeProvider>()));
    }

    private static HttpClient Client(IServiceProvider provider) => FailoverHandler.Client(
        provider.GetRequiredService<IOptions<GatewayOptions>>().Value.WaitingRooms, s_timeout);
}

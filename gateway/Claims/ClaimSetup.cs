using FlashSale.Gateway.Edge;
using FlashSale.Gateway.Upstreams;

using Microsoft.Extensions.Options;

namespace FlashSale.Gateway.Claims;

public static class ClaimSetup
{
    /// <summary>Exchanging a ticket for the admission token.</summary>
    public static IServiceCollection AddClaims(this IServiceCollection services) => services
        .AddSingleton(provider => new WaitingRooms(
            ServiceClients.Create(provider, provider.GetRequiredService<IOptions<GatewayOptions>>().Value.WaitingRooms),
            provider.GetRequiredService<ILogger<WaitingRooms>>()))
        .AddSingleton<ClaimExchange>().AddSingleton<ClaimRoutes>();
}

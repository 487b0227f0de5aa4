using FlashSale.Admission;
using FlashSale.Contract;
using FlashSale.Gateway.Catalog;
using FlashSale.Gateway.Claims;
using FlashSale.Gateway.Enqueue;
using FlashSale.Gateway.Gate;
using FlashSale.Gateway.Pages;
using FlashSale.Gateway.Proxy;
using FlashSale.Gateway.Tickets;

using Microsoft.Extensions.Options;

namespace FlashSale.Gateway;

/// <summary>The features' services.</summary>
public static class EdgeServices
{
    private static readonly TimeSpan s_jwksTimeout = TimeSpan.FromSeconds(2);

    /// <summary>Joining, polling, leaving, and the page to do it on.</summary>
    public static IServiceCollection AddTickets(this IServiceCollection services) => services
        .AddSingleton(provider => new StorefrontKeys(
            StorefrontKeys.Client(), provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<StorefrontKeys>>()))
        .AddSingleton<EnqueueTokens>().AddSingleton<Joining>().AddSingleton<PlaceAnswer>()
        .AddSingleton<TicketRoutes>().AddSingleton<LineRoutes>();

    /// <summary>Exchanging a ticket for the admission token.</summary>
    public static IServiceCollection AddClaims(this IServiceCollection services) => services
        .AddSingleton(provider => new WaitingRooms(
            CatalogSetup.Client(provider, Options(provider).WaitingRooms),
            provider.GetRequiredService<ILogger<WaitingRooms>>()))
        .AddSingleton<Claiming>().AddSingleton<ClaimRoutes>();

    /// <summary>Verifying admission tokens, and publishing the keys for those who do it themselves.</summary>
    public static IServiceCollection AddGate(this IServiceCollection services, IConfiguration configuration)
    {
        var issuer = configuration["Admission:Issuer"] is { Length: > 0 } configured ? configured : "flashsale";
        services.AddSingleton(provider => new AdmissionKeys(
            FailoverHandler.Client(Options(provider).WaitingRooms, s_jwksTimeout), Jwks.Path,
            provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<AdmissionKeys>>()));
        services.AddHostedService(provider => provider.GetRequiredService<AdmissionKeys>());
        services.AddSingleton(provider => new AdmissionVerifier(
            provider.GetRequiredService<AdmissionKeys>(), issuer, null, provider.GetRequiredService<LedgerClock>()));
        services.AddSingleton(provider => new Jwks(
            FailoverHandler.Client(Options(provider).WaitingRooms, s_jwksTimeout),
            provider.GetRequiredService<TimeProvider>()));
        return services.AddSingleton<Admissions>().AddSingleton<GateKeeper>();
    }

    private static GatewayOptions Options(IServiceProvider provider) =>
        provider.GetRequiredService<IOptions<GatewayOptions>>().Value;
}

using FlashSale.Gateway.Called.ByMail;
using FlashSale.Gateway.Edge;
using FlashSale.Gateway.Tickets;
using FlashSale.Gateway.Upstreams;
using FlashSale.Queue;

using Microsoft.Extensions.Options;

namespace FlashSale.Gateway.Called;

public static class CalledSetup
{
    /// <summary>
    /// Calling shoppers whose page sleeps, by push, by mail or through their storefront; without what one of them needs, only
    /// the routes that say so.
    /// </summary>
    public static IServiceCollection AddCalled(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<CalledOptions>().BindConfiguration(CalledOptions.Section)
            .ValidateDataAnnotations().ValidateOnStart();
        services.AddOptions<MailOptions>().BindConfiguration(MailOptions.Section)
            .ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<CalledRoutes>().AddSingleton<MailRoutes>().AddSingleton<CalledScript>();
        var called = configuration.GetSection(CalledOptions.Section).Get<CalledOptions>() ?? new();
        var byMail = configuration.GetSection(MailOptions.Section).Get<MailOptions>() is { IsOn: true };
        if (called.IsOn) services.AddSingleton<Vapid>().AddSingleton<PushClient>();
        if (byMail) services.AddMail();
        if (called.Webhooks)
            services.AddSingleton<ShopCalls>()
                .AddSingleton<KeepShopCall>(provider => provider.GetRequiredService<ShopCalls>().KeepAsync)
                .AddSingleton(provider => new ShopClient(
                ServiceClients.Create(provider, provider.GetRequiredService<IOptions<GatewayOptions>>().Value.Checkouts)));
        if (!called.IsOn && !byMail && !called.Webhooks) return services;
        services.AddSingleton<Sleepers>().AddSingleton<PushServices>().AddSingleton<SendRoom>();
        services.AddSingleton(
            provider => new SubscriptionSeal(provider.GetRequiredService<IOptions<CalledOptions>>().Value.Keys));
        return services.AddHostedService<CallSender>();
    }

    private static void AddMail(this IServiceCollection services)
    {
        services.AddOptions<CalledOptions>().Validate(
            called => called.WhatIsWrongWithKeys() is null, $"{CalledOptions.Section}:{nameof(CalledOptions.Keys)} must be "
            + "kid:base64 of 32 bytes where shoppers are called by mail");
        services.AddOptions<GatewayOptions>().Validate(
            edge => edge.PublicOrigin is not null, $"{GatewayOptions.Section}:{nameof(GatewayOptions.PublicOrigin)} must be "
            + "set where shoppers are called by mail: it is where links lead");
        services.AddSingleton<PlaceMoves>().AddSingleton<PlaceLinks>().AddSingleton<MailServer>().AddSingleton<MailWriter>();
        services.AddSingleton<MailLimits>().AddSingleton<Confirmations>();
        services.AddHostedService(provider => provider.GetRequiredService<Confirmations>());
    }
}

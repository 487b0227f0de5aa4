using FlashSale.Queue;

using Microsoft.Extensions.Options;

namespace FlashSale.Gateway.Called;

public static class CalledSetup
{
    /// <summary>Calling shoppers whose page sleeps; without the keys for it, only the routes that say so.</summary>
    public static IServiceCollection AddCalled(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<CalledOptions>().BindConfiguration(CalledOptions.Section)
            .ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<CalledRoutes>().AddSingleton<CalledScript>();
        if (configuration.GetSection(CalledOptions.Section).Get<CalledOptions>() is not { IsOn: true }) return services;
        services.AddSingleton<Sleepers>().AddSingleton<PushServices>().AddSingleton<Vapid>().AddSingleton<PushClient>();
        services.AddSingleton(
            provider => new SubscriptionSeal(provider.GetRequiredService<IOptions<CalledOptions>>().Value.Keys));
        return services.AddHostedService<CallSender>();
    }
}

using FlashSale.Contract;
using FlashSale.WaitingRoom.Claims;
using FlashSale.WaitingRoom.Ledger;

namespace FlashSale.WaitingRoom.Pumping;

/// <summary>Registration of the pump and what it pulls from.</summary>
public static class PumpSetup
{
    public static IServiceCollection AddPump(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<WaitingRoomOptions>().Bind(configuration.GetSection(WaitingRoomOptions.Section))
            .ValidateDataAnnotations()
            .Validate(AreUrls, "WaitingRoom:CheckoutUrl must be http(s) URLs separated by commas").ValidateOnStart();
        services.AddServiceKey();
        services.AddSingleton<PulledSales>();
        services.AddHttpClient<ILedger, LedgerClient>(http => http.Timeout = Timeout.InfiniteTimeSpan);
        services.AddSingleton<AdmissionIssuer>();
        services.AddSingleton<Claiming>();
        services.AddSingleton<Leadership>();
        services.AddHostedService(provider => provider.GetRequiredService<Leadership>());
        services.AddSingleton<Pump>();
        services.AddHostedService(provider => provider.GetRequiredService<Pump>());
        services.AddHostedService<PumpMetrics>();
        return services;
    }

    private static bool AreUrls(WaitingRoomOptions options)
    {
        var urls = options.CheckoutUrl.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return urls.Length > 0 && urls.All(
            url => Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https");
    }
}

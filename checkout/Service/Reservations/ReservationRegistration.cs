using FlashSale.Admission;
using FlashSale.Checkout.Ledger;
using FlashSale.Contract;

using Microsoft.Extensions.Options;

namespace FlashSale.Checkout.Reservations;

/// <summary>Reservations: redeeming, and every transition of a unit.</summary>
public static class ReservationRegistration
{
    /// <summary>The verifier of admissions, the transitions, and who makes them.</summary>
    public static IServiceCollection AddReservations(this IServiceCollection services)
    {
        services.AddOptions<AdmissionOptions>().BindConfiguration(AdmissionOptions.Section).ValidateDataAnnotations()
            .Validate(options => options.IsValid(), "Admission:JwksUrl must be an absolute http(s) URL").ValidateOnStart();
        services.AddHttpClient(AdmissionReader.Client, client => client.Timeout = TimeSpan.FromSeconds(2));
        services.AddSingleton(provider => new AdmissionKeys(
            provider.GetRequiredService<IHttpClientFactory>().CreateClient(AdmissionReader.Client),
            provider.GetRequiredService<IOptions<AdmissionOptions>>().Value.JwksUrl,
            provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<AdmissionKeys>>()));
        services.AddHostedService(provider => provider.GetRequiredService<AdmissionKeys>());
        services.AddSingleton(provider => new AdmissionVerifier(
            provider.GetRequiredService<AdmissionKeys>(),
            provider.GetRequiredService<IOptions<AdmissionOptions>>().Value.Issuer, audiences: null,
            provider.GetRequiredService<LedgerClock>()));
        services.AddSingleton<AdmissionReader>().AddSingleton<ReservationAccess>().AddSingleton<ReservationTable>();
        return services.AddBackground<Redeemer>().AddBackground<Sweeper>();
    }
}

using FlashSale.Admission;
using FlashSale.Contract;

namespace FlashSale.Gateway.Gate;

public static class GateSetup
{
    /// <summary>Verifying admission tokens, and the URLs that the admitted go on to.</summary>
    public static IServiceCollection AddGate(this IServiceCollection services, IConfiguration configuration)
    {
        var issuer = configuration["Admission:Issuer"] is { Length: > 0 } configured ? configured : "flashsale";
        services.AddSingleton(provider => new AdmissionVerifier(
            provider.GetRequiredService<AdmissionKeys>(), issuer, null, provider.GetRequiredService<LedgerClock>()));
        return services.AddSingleton<PublicOrigin>().AddSingleton<AdmissionJudge>().AddSingleton<KeyGuard>().AddSingleton<GateKeeper>();
    }
}

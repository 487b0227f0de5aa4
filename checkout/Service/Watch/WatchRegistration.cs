using FlashSale.Checkout.Ledger;

namespace FlashSale.Checkout.Watch;

/// <summary>The ledger's numbers as metrics.</summary>
public static class WatchRegistration
{
    public static IServiceCollection AddWatch(this IServiceCollection services) =>
        services.AddSingleton<LedgerMetrics>().AddBackground<LedgerWatch>();
}

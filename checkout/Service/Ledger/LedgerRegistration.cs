using FlashSale.Checkout.Ledger.Outages;
using FlashSale.Contract;

namespace FlashSale.Checkout.Ledger;

/// <summary>The ledger's services.</summary>
public static class LedgerRegistration
{
    /// <summary>The database and its clock, its schema, and its pulse.</summary>
    public static IServiceCollection AddLedger(this IServiceCollection services)
    {
        services.AddOptions<LedgerOptions>().BindConfiguration(LedgerOptions.Section)
            .ValidateDataAnnotations().Validate(IsConnectionString, "Ledger:MySql is not a MySQL connection string")
            .ValidateOnStart();
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(provider => new LedgerClock(provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<LedgerDatabase>();
        return services.AddBackground<Migrator>().AddBackground<Pulse>();
    }

    /// <summary>A background service that others also call.</summary>
    public static IServiceCollection AddBackground<T>(this IServiceCollection services) where T : BackgroundService =>
        services.AddSingleton<T>().AddHostedService(provider => provider.GetRequiredService<T>());

    private static bool IsConnectionString(LedgerOptions options)
    {
        if (string.IsNullOrEmpty(options.MySql)) return true; // [Required] says it better.
        try
        {
            return LedgerDatabase.Complete(options.MySql).Server.Length > 0;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}

using FlashSale.PaymentSimulator.Api;
using FlashSale.PaymentSimulator.Challenges;
using FlashSale.PaymentSimulator.Faults;
using FlashSale.PaymentSimulator.Money;
using FlashSale.PaymentSimulator.Page;
using FlashSale.PaymentSimulator.Webhooks;

namespace FlashSale.PaymentSimulator;

public static class SimulatorRegistration
{
    /// <summary>A form of the API is this large at the most, in bytes.</summary>
    private const long MaxForm = 64 * 1024;

    /// <summary>A webhook that is not answered within this time has failed.</summary>
    private static readonly TimeSpan s_webhookTimeout = TimeSpan.FromSeconds(10);

    public static void AddSimulator(this WebApplicationBuilder builder)
    {
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = MaxForm);
        var services = builder.Services;
        services.AddOptions<SimulatorOptions>().BindConfiguration(SimulatorOptions.Section)
            .ValidateDataAnnotations().ValidateOnStart();
        services.ConfigureHttpJsonOptions(json =>
            json.SerializerOptions.TypeInfoResolverChain.Add(SimulatorJson.Default));
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton<MoneyLedger>();
        services.AddSingleton<Bank>();
        services.AddSingleton<Tokens>();
        services.AddSingleton<IdempotencyKeys>();
        services.AddSingleton<FaultDice>();
        services.AddSingleton<RecentCalls>();
        services.AddSingleton<WebhookSender>();
        services.AddHostedService(provider => provider.GetRequiredService<WebhookSender>());
        services.AddSingleton<Challenger>();
        services.AddHostedService(provider => provider.GetRequiredService<Challenger>());
        services.AddSingleton<StripeCall>();
        services.AddHttpClient(WebhookSender.Client, client => client.Timeout = s_webhookTimeout);
    }
}

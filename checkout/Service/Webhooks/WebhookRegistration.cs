using FlashSale.Checkout.Ledger;

namespace FlashSale.Checkout.Webhooks;

/// <summary>Events to storefronts.</summary>
public static class WebhookRegistration
{
    public static IServiceCollection AddWebhooks(this IServiceCollection services)
    {
        services.AddOptions<WebhookOptions>().BindConfiguration(WebhookOptions.Section)
            .ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<WebhookTargets>().AddSingleton<WebhookEndpoints>();
        return services.AddBackground<WebhookScanner>().AddBackground<WebhookSender>();
    }
}

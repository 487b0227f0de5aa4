namespace FlashSale.PaymentSimulator.Webhooks;

public static class WebhookRegistration
{
    /// <summary>A webhook that is not answered within this time has failed.</summary>
    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(10);

    /// <summary>Sends the events.</summary>
    public static IServiceCollection AddWebhooks(this IServiceCollection services)
    {
        services.AddHttpClient(WebhookSender.Client, client => client.Timeout = s_timeout);
        return services.AddSingleton<WebhookSender>()
            .AddHostedService(provider => provider.GetRequiredService<WebhookSender>());
    }
}

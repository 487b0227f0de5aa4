using FlashSale.Checkout.Audit;
using FlashSale.Checkout.Ledger;
using FlashSale.Checkout.Payments.Attempts;
using FlashSale.Checkout.Payments.Differences;
using FlashSale.Checkout.Payments.Provider;
using FlashSale.Checkout.Payments.Refunds;
using FlashSale.Checkout.Payments.Steps;
using FlashSale.Checkout.Payments.Webhooks;
using FlashSale.Checkout.Reservations;

namespace FlashSale.Checkout.Payments;

public static class PaymentRegistration
{
    /// <summary>Payments: the provider, the attempts, who works on them, and the webhooks.</summary>
    public static IServiceCollection AddPayments(this IServiceCollection services)
    {
        services.AddOptions<PaymentOptions>().BindConfiguration(PaymentOptions.Section)
            .ValidateDataAnnotations().ValidateOnStart();
        services.AddProvider();
        services.AddSingleton<ArePaymentsDown>(provider =>
        {
            var health = provider.GetRequiredService<ProviderHealth>();
            return () => health.IsDown;
        });
        services.AddSingleton<PaymentMetrics>();
        services.AddSingleton<AttemptTable>();
        services.AddSingleton<Doubts>();
        services.AddSingleton<Cart>();
        services.AddSingleton<Authorising>();
        services.AddSingleton<Capturing>();
        services.AddSingleton<Closing>();
        services.AddSingleton<Returning>();
        services.AddSingleton<RefundTable>();
        services.AddSingleton<DifferenceTable>();
        services.AddSingleton<AttemptDriver>();
        services.AddSingleton<WebhookInbox>();
        services.AddSingleton<Cashier>();
        services.AddSingleton<PaymentDesk>();
        services.AddSingleton<IAuditRule, PaymentAuditRule>();
        // Before the completer, so that it stops after it.
        return services.AddBackground<SharedSteps>().AddBackground<Completer>().AddBackground<Reconciler>();
    }
}

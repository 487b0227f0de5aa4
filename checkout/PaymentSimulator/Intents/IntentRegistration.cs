namespace FlashSale.PaymentSimulator.Intents;

public static class IntentRegistration
{
    /// <summary>What happens to payment intents, and how it is told.</summary>
    public static IServiceCollection AddIntents(this IServiceCollection services) => services.AddSingleton<Bank>();
}

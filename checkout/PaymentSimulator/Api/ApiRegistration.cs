namespace FlashSale.PaymentSimulator.Api;

public static class ApiRegistration
{
    /// <summary>Stripe's API.</summary>
    public static IServiceCollection AddStripeApi(this IServiceCollection services) =>
        services.AddSingleton<IdempotencyKeys>().AddSingleton<StripeCall>();
}

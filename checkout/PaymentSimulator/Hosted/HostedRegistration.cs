namespace FlashSale.PaymentSimulator.Hosted;

public static class HostedRegistration
{
    /// <summary>The provider's own page.</summary>
    public static IServiceCollection AddHosted(this IServiceCollection services) => services.AddSingleton<HostedPages>();
}

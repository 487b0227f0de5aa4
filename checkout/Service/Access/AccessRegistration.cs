namespace FlashSale.Checkout.Access;

/// <summary>Who may operate.</summary>
public static class AccessRegistration
{
    public static IServiceCollection AddAccess(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<OperatorOptions>().BindConfiguration(OperatorOptions.Section)
            .ValidateDataAnnotations().ValidateOnStart();
        return services.AddOpenId(configuration).AddSingleton<OperatorKeys>().AddSingleton<KeyTries>().AddSingleton<OperatorDoor>();
    }
}

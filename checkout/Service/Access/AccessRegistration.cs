namespace FlashSale.Checkout.Access;

/// <summary>Who may operate.</summary>
public static class AccessRegistration
{
    public static IServiceCollection AddAccess(this IServiceCollection services)
    {
        services.AddOptions<OperatorOptions>().BindConfiguration(OperatorOptions.Section)
            .ValidateDataAnnotations().ValidateOnStart();
        return services.AddSingleton<OperatorKeys>().AddSingleton<KeyTries>().AddSingleton<OperatorDoor>();
    }
}

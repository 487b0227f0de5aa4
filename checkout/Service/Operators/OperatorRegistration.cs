namespace FlashSale.Checkout.Operators;

/// <summary>What operators set, see and count.</summary>
public static class OperatorRegistration
{
    public static IServiceCollection AddOperators(this IServiceCollection services)
    {
        services.AddOptions<OperatorOptions>().BindConfiguration(OperatorOptions.Section)
            .ValidateDataAnnotations().ValidateOnStart();
        return services.AddSingleton<AdminSales>().AddSingleton<UnitCounter>();
    }
}

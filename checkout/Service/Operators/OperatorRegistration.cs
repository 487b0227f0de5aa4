namespace FlashSale.Checkout.Operators;

/// <summary>What operators set, see and count.</summary>
public static class OperatorRegistration
{
    public static IServiceCollection AddOperators(this IServiceCollection services) =>
        services.AddSingleton<AdminSales>().AddSingleton<OperatorStore>().AddSingleton<UnitCounter>();
}

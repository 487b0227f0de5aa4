namespace FlashSale.PaymentSimulator.Faults;

public static class FaultRegistration
{
    /// <summary>What goes wrong.</summary>
    public static IServiceCollection AddFaults(this IServiceCollection services) => services
        .ConfigureHttpJsonOptions(json => json.SerializerOptions.TypeInfoResolverChain.Add(FaultJson.Default))
        .AddSingleton<FaultDice>();
}

namespace FlashSale.PaymentSimulator.Money;

public static class MoneyRegistration
{
    /// <summary>The provider's own books.</summary>
    public static IServiceCollection AddMoney(this IServiceCollection services) =>
        services.AddSingleton<MoneyLedger>().AddSingleton<Tokens>();
}

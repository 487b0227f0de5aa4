namespace FlashSale.PaymentSimulator.Challenges;

public static class ChallengeRegistration
{
    /// <summary>Ends what the bank has asked the shopper.</summary>
    public static IServiceCollection AddChallenges(this IServiceCollection services) => services
        .AddSingleton<Challenger>().AddHostedService(provider => provider.GetRequiredService<Challenger>());
}

namespace FlashSale.Gateway.Challenges;

public static class ChallengeSetup
{
    /// <summary>Work at joining, for sales that ask for it.</summary>
    public static IServiceCollection AddChallenges(this IServiceCollection services) => services
        .AddSingleton<ChallengeSigner>().AddSingleton(_ => new JoinRates(TimeProvider.System)).AddSingleton<JoinChallenges>();
}

namespace FlashSale.LoadTest.Scenarios;

/// <summary>The sale that a scenario runs on; the names and units of the contract's settings.</summary>
public sealed record SaleRules(int AdmitPerSecond = 200, int ClaimSeconds = 60, int PaySeconds = 60)
{
    public int PaymentAttempts { get; init; } = 3;

    /// <summary>More time for a cart whose bank asks.</summary>
    public int AuthenticationSeconds { get; init; } = 20;
    public int PresenceSeconds { get; init; } = 60;
    public int GraceSeconds { get; init; } = 1;

    /// <summary>From the first arrival to the start of the sale.</summary>
    public TimeSpan StartsAfter { get; init; }

    public object Settings(string name, int units, DateTimeOffset now) => new
    {
        name,
        inventory = units,
        price = new { amount = 99_900, currency = "usd" },
        startsAt = now + StartsAfter,
        admitPerSecond = AdmitPerSecond,
        claimSeconds = ClaimSeconds,
        paySeconds = PaySeconds,
        paymentAttempts = PaymentAttempts,
        authenticationSeconds = AuthenticationSeconds,
        presenceSeconds = PresenceSeconds,
        graceSeconds = GraceSeconds,
    };
}

using FlashSale.LoadTest.Crowd;

namespace FlashSale.LoadTest.Scenarios;

/// <summary>The sale that a scenario runs on; the names and units of the contract's settings.</summary>
public sealed record SaleRules(int AdmitPerSecond = 200, int ClaimSeconds = 60, int PaySeconds = 60)
{
    public int PaymentAttempts { get; init; } = 3;
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
        presenceSeconds = PresenceSeconds,
        graceSeconds = GraceSeconds,
    };
}

/// <summary>What must be so at the end, beside an audit without violations.</summary>
public sealed record Expectation
{
    /// <summary>
    /// At most this share of the shoppers lose their place again and again by being late. A crowd and a system that share
    /// a busy machine have a few.
    /// </summary>
    public double MostTooSlow { get; init; } = 0.01;

    /// <summary>At most this share of the requests of shoppers who do as told is refused with 429.</summary>
    public double MostSlowedDown { get; init; }

    /// <summary>
    /// At most this share of their requests gets a 5xx or no answer; 1 = not judged, where the scenario breaks something.
    /// </summary>
    public double MostUnanswered { get; init; } = 0.005;

    /// <summary>
    /// Milliseconds that the 99th percentile of a step may take: whether a browser would still have been there, on a
    /// machine that system and crowd share. How fast it is, the report says.
    /// </summary>
    public IReadOnlyDictionary<string, double> MostP99Ms { get; init; } =
        new Dictionary<string, double> { [Step.Join] = 10_000, [Step.Poll] = 10_000 };

    /// <summary>Every unit is sold.</summary>
    public bool SellsOut { get; init; }

    /// <summary>Nobody who wanted to buy was told that all is sold: there were units for all.</summary>
    public bool EveryBuyerBuys { get; init; }

    /// <summary>
    /// Every shopper comes to an end by being told so; not so where the run ends with the last unit.
    /// </summary>
    public bool EveryoneIsTold { get; init; } = true;

    /// <summary>At least this share of the units came back and were given again.</summary>
    public double LeastReturned { get; init; }

    /// <summary>At least this share of the bots' requests is refused with 429.</summary>
    public double LeastBotsRefused { get; init; }

    /// <summary>
    /// No service's memory may grow by more than this share after the first quarter of the run, by the line fitted to
    /// it; 0 = not judged.
    /// </summary>
    public double MostGrowth { get; init; }
}

/// <summary>A crowd, the sale it comes to, and what must become of both.</summary>
/// <param name="Purpose">One sentence for the report and the help.</param>
public sealed record Scenario(string Name, string Purpose, int Shoppers, int Units)
{
    public int Seed { get; init; } = 1;

    public SaleRules Rules { get; init; } = new();

    public Mix Mix { get; init; } = Mix.AllBuy;

    public Arrivals Arrivals { get; init; } = Arrivals.Constant(TimeSpan.FromMinutes(1));

    /// <summary>Then it is over, and has failed.</summary>
    public TimeSpan Limit { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>The run ends once the last unit is sold, however many still wait.</summary>
    public bool EndsWhenSold { get; init; }

    /// <summary>How often what goes wrong at the payment simulator, by its names for faults.</summary>
    public IReadOnlyDictionary<string, double>? Faults { get; init; }

    public Expectation Expected { get; init; } = new();
}

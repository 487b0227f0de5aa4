using FlashSale.LoadTest.Crowd;

namespace FlashSale.LoadTest.Scenarios;

/// <summary>The scenarios that <c>./flashsale load</c> knows by name.</summary>
public static class ReadyScenarios
{
    /// <summary>
    /// What a browser waits for: the crowd itself gives up after as long (<see cref="Clients.EdgeClients"/>). The crowd's own
    /// delay is in it: where it shares two cores with the system, an opening second is more than both can do.
    /// </summary>
    private static readonly Dictionary<string, double> s_patience = new() { [JourneyStep.Join] = 30_000, [JourneyStep.Poll] = 30_000 };

    /// <summary>
    /// Windows are short, so that units which are not claimed or paid come back soon, and yet longer than a
    /// busy machine
    /// of two cores with the crowd on it takes to answer. Whoever is later than that joins again.
    /// </summary>
    private static readonly Scenario s_smoke = new(
        "smoke", "Everything once, small: five shoppers a unit, until every unit is sold.", 5_000, 1_000)
    {
        Rules = new SaleRules(AdmitPerSecond: 60, ClaimSeconds: 20, PaySeconds: 20)
        {
            PresenceSeconds = 20,
            StartsAfter = TimeSpan.FromSeconds(6),
        },
        Arrivals = Arrivals.Constant(TimeSpan.FromSeconds(12)),
        Mix = Shares(
            (Behaviour.DeclinedOnce, 0.05), (Behaviour.DeclinedAlways, 0.05), (Behaviour.NeverPays, 0.10),
            (Behaviour.NeverComes, 0.06), (Behaviour.WandersOff, 0.04), (Behaviour.ComesBackLate, 0.03)),
        Expected = new Expectation { SellsOut = true },
    };

    private static readonly Scenario s_stampede = new(
        "stampede", "Everyone at the start: four in five within three seconds, and one unit for fifty.", 50_000, 1_000)
    {
        Rules = new SaleRules(AdmitPerSecond: 100) { StartsAfter = TimeSpan.FromSeconds(1) },
        Arrivals = Arrivals.Spike(TimeSpan.FromSeconds(30)),
        Mix = Shares(
            (Behaviour.NeverPays, 0.03), (Behaviour.NeverComes, 0.02), (Behaviour.DeclinedOnce, 0.05),
            (Behaviour.Refreshes, 0.10), (Behaviour.DoubleClicks, 0.05), (Behaviour.ManyTabs, 0.02),
            (Behaviour.WandersOff, 0.03), (Behaviour.GivesUp, 0.03)),
        Limit = TimeSpan.FromMinutes(20),
        Expected = new Expectation { SellsOut = true, MostP99Ms = s_patience },
    };

    private static readonly Scenario s_drip = new(
        "drip", "A calm day: shoppers come one by one and there is a unit for each.", 1_200, 1_500)
    {
        Arrivals = Arrivals.Constant(TimeSpan.FromMinutes(2)),
        Mix = Shares(
            (Behaviour.DeclinedOnce, 0.05), (Behaviour.GivesBack, 0.05), (Behaviour.DoubleClicks, 0.05),
            (Behaviour.ManyTabs, 0.05)),
        Expected = new Expectation { EveryBuyerBuys = true },
    };

    private static readonly Scenario s_payments = new(
        "payments", "A provider that fails in every way it can, until every payment is final.", 2_000, 500)
    {
        Rules = new SaleRules(AdmitPerSecond: 20, ClaimSeconds: 30, PaySeconds: 60) { PaymentAttempts = 5 },
        Arrivals = Arrivals.Constant(TimeSpan.FromSeconds(20)),
        Mix = Shares((Behaviour.DeclinedOnce, 0.05), (Behaviour.NeverPays, 0.05), (Behaviour.DoubleClicks, 0.10)),
        Limit = TimeSpan.FromMinutes(15),
        Faults = PaymentFaults(),
        // A provider that fails takes the time to pay from some; and what it does not answer, the checkout cannot.
        Expected = new Expectation { SellsOut = true, MostTooSlow = 0.05, MostUnanswered = 1 },
    };

    private static readonly Scenario s_soak = new(
        "soak", "Hours of an even load, to find what leaks.", 144_000, 160_000)
    {
        Arrivals = Arrivals.Constant(TimeSpan.FromHours(2)),
        Mix = Shares(
            (Behaviour.DeclinedOnce, 0.05), (Behaviour.DeclinedAlways, 0.02), (Behaviour.NeverPays, 0.05),
            (Behaviour.NeverComes, 0.03), (Behaviour.WandersOff, 0.03), (Behaviour.GivesUp, 0.03),
            (Behaviour.GivesBack, 0.05), (Behaviour.DoubleClicks, 0.02)),
        Limit = TimeSpan.FromHours(3),
        Expected = new Expectation { EveryBuyerBuys = true, MostGrowth = 0.10 },
    };

    private static readonly Scenario s_million = new(
        "million", "A line of a million; the run ends when the last unit is sold.", 1_000_000, 1_000)
    {
        // The sale starts when the line is long: the joins are bounded to 4,000 a second.
        Rules = new SaleRules(AdmitPerSecond: 100) { StartsAfter = TimeSpan.FromSeconds(260) },
        Arrivals = Arrivals.Constant(TimeSpan.FromSeconds(250)),
        EndsWhenSold = true,
        Limit = TimeSpan.FromMinutes(45),
        Expected = new Expectation { SellsOut = true, EveryoneIsTold = false, MostP99Ms = s_patience },
    };

    private static readonly Scenario s_recycle = new(
        "recycle", "Half never pay: every unit comes back until someone buys it.", 3_000, 300)
    {
        Rules = new SaleRules(AdmitPerSecond: 60, ClaimSeconds: 20, PaySeconds: 15) { PresenceSeconds = 20 },
        Arrivals = Arrivals.Constant(TimeSpan.FromSeconds(10)),
        Mix = Shares((Behaviour.NeverPays, 0.5)),
        Expected = new Expectation { SellsOut = true, LeastReturned = 0.5 },
    };

    private static readonly Scenario s_bots = new(
        "bots", "A few programs that hammer gain nothing by it, and cost nobody anything.", 2_000, 300)
    {
        Rules = new SaleRules(AdmitPerSecond: 30, ClaimSeconds: 20, PaySeconds: 20)
        {
            PresenceSeconds = 20,
            StartsAfter = TimeSpan.FromSeconds(10),
        },
        Arrivals = Arrivals.Constant(TimeSpan.FromSeconds(10)),
        Mix = Shares((Behaviour.Hammers, 0.01)),
        Expected = new Expectation { SellsOut = true, LeastBotsRefused = 0.3 },
    };

    private static readonly Scenario s_ghosts = new(
        "ghosts", "Nine in ten close the page before the start: the line counts people, and sells as fast as without them.", 100_000, 1_000)
    {
        // Those who are gone are known to be so when they do not come as told: a minute after the last has joined.
        Rules = new SaleRules(AdmitPerSecond: 100, ClaimSeconds: 20, PaySeconds: 30) { StartsAfter = TimeSpan.FromSeconds(150) },
        Arrivals = Arrivals.Constant(TimeSpan.FromSeconds(60)),
        Mix = Shares((Behaviour.WandersOff, 0.9)),
        EndsWhenSold = true,
        Limit = TimeSpan.FromMinutes(15),
        Expected = new Expectation
        {
            SellsOut = true,
            EveryoneIsTold = false,
            MostP99Ms = s_patience,
            MostAheadOff = 0.10,
            MostSlower = 1.25,
        },
    };

    private static readonly Scenario s_sleepers = new(
        "sleepers", "Half sleep until they are called: the sale is as fast as with everyone awake, and nobody is called later for it.",
        4_000, 1_000)
    {
        // Who sleeps counts as away before the start.
        Rules = new SaleRules(AdmitPerSecond: 50, ClaimSeconds: 40, PaySeconds: 30)
        {
            PresenceSeconds = 20,
            StartsAfter = TimeSpan.FromSeconds(45),
        },
        Arrivals = Arrivals.Constant(TimeSpan.FromSeconds(20)),
        Mix = Shares((Behaviour.Sleeps, 0.5)),
        SoonSeconds = 10,
        EndsWhenSold = true,
        Expected = new Expectation { SellsOut = true, EveryoneIsTold = false, MostP99Ms = s_patience, MostSlower = 1.3, NobodyLater = true },
    };

    public static IReadOnlyList<Scenario> All { get; } =
        [s_smoke, s_stampede, s_drip, s_payments, s_soak, s_million, s_recycle, s_bots, s_ghosts, s_sleepers];

    public static Scenario Smoke => s_smoke;

    /// <summary>Null when there is none of that name.</summary>
    public static Scenario? Find(string name) => All.FirstOrDefault(scenario => scenario.Name == name);

    /// <summary>
    /// Every fault that the simulator has: a fifth of the calls slow, the grave ones in one of twenty.
    /// </summary>
    public static IReadOnlyDictionary<string, double> PaymentFaults() => new Dictionary<string, double>
    {
        ["slow"] = 0.20,
        ["hang"] = 0.05,
        ["refuse"] = 0.05,
        ["resetBefore"] = 0.05,
        ["resetAfter"] = 0.05,
        ["error500Before"] = 0.05,
        ["error500After"] = 0.05,
        ["tooManyRequests"] = 0.05,
        ["malformed"] = 0.05,
        ["truncated"] = 0.05,
        ["duplicateAnswer"] = 0.10,
        ["contradictoryAnswer"] = 0.05,
        ["webhookFirst"] = 0.10,
        ["webhookDuplicated"] = 0.20,
        ["webhookReordered"] = 0.20,
        ["webhookDelayed"] = 0.20,
        ["webhookNever"] = 0.10,
        ["webhookForged"] = 0.10,
        ["webhookWrongAmount"] = 0.10,
        // In three of ten payments the bank asks the shopper.
        ["challengePasses"] = 0.22,
        ["challengeFails"] = 0.05,
        ["challengeAbandoned"] = 0.025,
        ["challengeLate"] = 0.025,
        ["processing"] = 0.05,
        ["declineAuthorise"] = 0.10,
        ["declineCapture"] = 0.05,
        ["voidFails"] = 0.20,
        ["refundFails"] = 0.20,
    };

    private static Mix Shares(params (Behaviour Behaviour, double Share)[] shares) =>
        new(shares.ToDictionary(share => share.Behaviour, share => share.Share));
}

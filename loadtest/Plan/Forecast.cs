namespace FlashSale.LoadTest.Plan;

/// <summary>What a sale needs and costs, from the model and the measured costs.</summary>
/// <param name="Outcome">Of <see cref="Runs"/> runs of the model the one in the middle, by when all was sold.</param>
/// <param name="SoldOutBetween">Nine of ten runs are past the first and not past the second; null = never sold out.</param>
public sealed record Forecast(
    PlanOptions Options, ModelOutcome Outcome, (double? Early, double? Late) SoldOutBetween, int Edges,
    double RedisMegabytes, double RedisPeakCommands, double PeakPurchases, double LedgerLoad, int Checkouts, double PeakMegabits,
    double TrafficGigabytes, double Hours, double Cost, IReadOnlyDictionary<string, double> WaitSeconds)
{
    /// <summary>
    /// Whether one of the last few carts is paid decides about a whole further round of waiting for it, so one run says
    /// little: as many are made, each with a seed of its own.
    /// </summary>
    public const int Runs = 21;

    /// <summary>An edge, and a checkout, is loaded to this share of what it was measured to do; the rest is for the unforeseen.</summary>
    public const double EdgeLoad = 0.6;

    /// <summary>Cores an edge has in the plan.</summary>
    public const int CoresPerEdge = 2;

    /// <summary>More edges than this are not planned.</summary>
    public const int MostEdges = 1000;

    /// <summary>Joins in one batched script under load: an assumption; the coalescer's largest batch is 512.</summary>
    private const double JoinsPerCommand = 64;

    /// <summary>Cores of the ledger and of a checkout in the plan.</summary>
    private const int CoresPerLedger = 2, CoresPerCheckout = 2;

    /// <summary>So that one may be replaced.</summary>
    private const int LeastCheckouts = 2;

    /// <summary>Two waiting rooms: one leads, one stands by.</summary>
    private const int WaitingRooms = 2;

    /// <summary>Through the gate: reserve, pay, and reading the cart twice.</summary>
    private const double RequestsPerAdmission = 4;

    /// <summary>Models the sale and adds up what it takes.</summary>
    /// <exception cref="FormatException">No number of edges is enough.</exception>
    public static Forecast Of(PlanOptions options, PlanCosts costs, PlanPrices prices)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(costs);
        ArgumentNullException.ThrowIfNull(prices);
        var edges = options.Edges > 0 ? options.Edges : EdgesFor(options, costs);
        var sized = options with { Edges = edges };
        var runs = Enumerable.Range(0, Runs).Select(i => new SaleModel(sized with { Seed = sized.Seed + i }).Run())
            .OrderBy(run => run.SoldOutAt ?? double.MaxValue).ToArray();
        var outcome = runs[Runs / 2];
        var peakReserved = outcome.Timeline.Count == 0 ? 0 : outcome.Timeline.Max(second => second.Admissions);
        var checkouts = Math.Max(
            LeastCheckouts, (int)Math.Ceiling(peakReserved * costs.CheckoutMs / 1000 / (EdgeLoad * CoresPerCheckout)));
        var bytes = outcome.Timeline.Sum(second => second.Polls * costs.PollBytes)
            + options.Shoppers * (costs.PageBytes + costs.PollBytes);
        var hours = Math.Max(1, Math.Ceiling(outcome.Timeline.Count / 3600.0));
        var redisGigabytes = outcome.PeakWaiting * costs.RedisBytes / 1e9;
        return new Forecast(
            sized, outcome, (runs[Runs / 20].SoldOutAt, runs[^(1 + Runs / 20)].SoldOutAt), edges, redisGigabytes * 1000,
            outcome.PeakJoins / JoinsPerCommand + 50 + 5 * edges, peakReserved,
            peakReserved * costs.LedgerMs / 1000 / CoresPerLedger, checkouts,
            8e-6 * (outcome.PeakPolls * costs.PollBytes + outcome.PeakJoins * (costs.PollBytes + costs.PageBytes)),
            bytes / 1e9, hours,
            hours * (prices.CoreHour * CoresPerEdge * (edges + checkouts + WaitingRooms) + prices.LedgerHour
                + Math.Max(1, redisGigabytes) * prices.RedisGigabyteHour) + bytes / 1e9 * prices.TrafficGigabyte,
            Percentiles(outcome.Waits));
    }

    /// <summary>
    /// Every edge adds its poll budget to the crowd's, so what sizes the fleet is the joins (each with its page), that each
    /// edge can answer its budget beside them, and the connections.
    /// </summary>
    /// <exception cref="FormatException">No number of edges is enough.</exception>
    private static int EdgesFor(PlanOptions options, PlanCosts costs)
    {
        const double cores = EdgeLoad * CoresPerEdge;
        var (joinCost, alone) = (1 / costs.JoinsPerCore + 1 / costs.PagesPerCore, new SaleModel(options with { Edges = 1 }).Run());
        var least = Math.Max(alone.PeakJoins * joinCost / cores, Held(alone) / Math.Max(1, options.ConnectionsPerEdge));
        for (var edges = (int)Math.Clamp(Math.Ceiling(least), 1, MostEdges); edges < MostEdges; edges++)
        {
            var outcome = new SaleModel(options with { Edges = edges }).Run();
            var needed = outcome.Timeline.Max(second => second.Polls / costs.PollsPerCore + second.Joins * joinCost
                + RequestsPerAdmission * second.Admissions / costs.GatedPerCore);
            if (needed <= cores * edges && Held(outcome) <= (double)edges * options.ConnectionsPerEdge) return edges;
        }

        throw new FormatException(
            $"{MostEdges} edges of {CoresPerEdge} cores are not enough: an edge cannot answer its own poll budget");

        double Held(ModelOutcome outcome) => options.ConnectionsPerEdge == 0 ? 0 : outcome.PeakConnections;
    }

    private static Dictionary<string, double> Percentiles(IReadOnlyList<double> sorted)
    {
        var result = new Dictionary<string, double>();
        foreach (var (name, share) in new[] { ("p50", 0.5), ("p90", 0.9), ("p99", 0.99), ("max", 1.0) })
            result[name] = sorted.Count == 0 ? 0 : sorted[(int)Math.Min(sorted.Count - 1, share * sorted.Count)];
        return result;
    }
}

namespace FlashSale.LoadTest.Plan;

/// <summary>What a sale needs and costs, from the model and the measured costs.</summary>
public sealed record Forecast(
    PlanOptions Options, ModelOutcome Outcome, int Edges, double RedisMegabytes, double RedisPeakCommands,
    double LedgerPeakWrites, double LedgerLoad, double PeakMegabits, double TrafficGigabytes, double Hours, double Cost,
    IReadOnlyDictionary<string, double> WaitSeconds)
{
    /// <summary>An edge is loaded to this share of what it was measured to do; the rest is for the unforeseen.</summary>
    public const double EdgeLoad = 0.6;

    /// <summary>Cores an edge has in the plan.</summary>
    public const int CoresPerEdge = 2;

    /// <summary>Joins in one batched script under load (the coalescer's largest batch is higher).</summary>
    private const double JoinsPerCommand = 64;

    /// <summary>Writes of one sold unit: reserve, attempt, authorise, secure, capture, sold.</summary>
    private const double WritesPerSale = 6;

    /// <summary>Models the sale and adds up what it takes.</summary>
    /// <param name="pollsPerSecond">All polls a second, of (waiting shoppers, edges): the poll budget's formula.</param>
    public static Forecast Of(
        PlanOptions options, PlanCosts costs, PlanPrices prices, Func<long, long, double> pollsPerSecond)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(costs);
        ArgumentNullException.ThrowIfNull(prices);
        var edges = options.Edges > 0 ? options.Edges : EdgesFor(options, costs, pollsPerSecond);
        var sized = options with { Edges = edges };
        var outcome = new SaleModel(sized, pollsPerSecond).Run();
        var peakReserved = outcome.Timeline.Count == 0 ? 0 : outcome.Timeline.Max(second => second.Admissions);
        var bytes = outcome.Timeline.Sum(second => second.Polls * costs.PollBytes)
            + options.Shoppers * (costs.PageBytes + costs.PollBytes);
        var hours = Math.Max(1, Math.Ceiling(outcome.Timeline.Count / 3600.0));
        var redisGigabytes = outcome.PeakWaiting * costs.RedisBytes / 1e9;
        return new Forecast(
            sized, outcome, edges, redisGigabytes * 1000, outcome.PeakJoins / JoinsPerCommand + 50 + 5 * edges,
            peakReserved * WritesPerSale, peakReserved / costs.RedeemsPerLedger,
            8e-6 * (outcome.PeakPolls * costs.PollBytes + outcome.PeakJoins * (costs.PollBytes + costs.PageBytes)),
            bytes / 1e9, hours,
            hours * (prices.CoreHour * CoresPerEdge * (edges + 4) + prices.LedgerHour
                + Math.Max(1, redisGigabytes) * prices.RedisGigabyteHour) + bytes / 1e9 * prices.TrafficGigabyte,
            Percentiles(outcome.Waits));
    }

    private static int EdgesFor(PlanOptions options, PlanCosts costs, Func<long, long, double> pollsPerSecond)
    {
        // Every edge adds its poll budget to the crowd's, so what sizes the fleet is the joins, and that each edge
        // can answer its budget beside them.
        for (var edges = 1; edges < 1000; edges++)
        {
            var outcome = new SaleModel(options with { Edges = edges }, pollsPerSecond).Run();
            var cores = outcome.Timeline.Max(second =>
                second.Polls / costs.PollsPerCore + second.Joins / costs.JoinsPerCore
                + 4 * second.Admissions / costs.GatedPerCore);
            if (cores <= EdgeLoad * CoresPerEdge * edges) return edges;
        }

        return 1000;
    }

    private static Dictionary<string, double> Percentiles(IReadOnlyList<double> sorted)
    {
        var result = new Dictionary<string, double>();
        foreach (var (name, share) in new[] { ("p50", 0.5), ("p90", 0.9), ("p99", 0.99), ("max", 1.0) })
            result[name] = sorted.Count == 0 ? 0 : sorted[(int)Math.Min(sorted.Count - 1, share * sorted.Count)];
        return result;
    }
}

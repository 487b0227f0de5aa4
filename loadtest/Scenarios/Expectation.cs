using FlashSale.LoadTest.Crowd;

namespace FlashSale.LoadTest.Scenarios;

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
        new Dictionary<string, double> { [JourneyStep.Join] = 10_000, [JourneyStep.Poll] = 10_000 };

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
    /// Nobody who polls when told misses the turn, and what shoppers are told to be ahead is off by at most this share of the
    /// people who are; 0 = not judged.
    /// </summary>
    public double MostAheadOff { get; init; }

    /// <summary>The sale takes at most so much longer than one to which only those come who stay; 0 = there is none to compare with.</summary>
    public double MostSlower { get; init; }

    /// <summary>Nobody who is awake is called later than in the sale to compare with.</summary>
    public bool NobodyLater { get; init; }

    /// <summary>
    /// No service's memory may grow by more than this share after the first quarter of the run, by the line fitted to
    /// it; 0 = not judged.
    /// </summary>
    public double MostGrowth { get; init; }
}

using FlashSale.LoadTest.Crowd;

namespace FlashSale.LoadTest.Scenarios;

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

    /// <summary>Whether some of the crowd sleep until they are called.</summary>
    public bool HasSleepers => Mix.Shares.GetValueOrDefault(Behaviour.Sleeps) > 0;

    /// <summary>Sleepers are called so long before their turn, by forecast.</summary>
    public int SoonSeconds { get; init; }

    /// <summary>A small one before what is compared: the first sale that a system serves is slow, and says nothing of the others.</summary>
    public Scenario Warm() => Alone() with { Name = Name + "-warm", Shoppers = Math.Max(1, Shoppers / 10), Units = Math.Max(1, Units / 10) };

    /// <summary>The same sale with only those who stay, all of them awake, to compare with.</summary>
    public Scenario Alone() => this with
    {
        Name = Name + "-alone",
        Shoppers = (int)(Shoppers * (1 - Mix.Shares.GetValueOrDefault(Behaviour.WandersOff))),
        Mix = Mix.AllBuy,
        Expected = Expected with { MostSlower = 0 },
    };
}

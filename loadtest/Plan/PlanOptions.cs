using FlashSale.LoadTest.Scenarios;
using FlashSale.Queue;

namespace FlashSale.LoadTest.Plan;

/// <summary>The sale that is planned: who comes, when, and what they do.</summary>
public sealed record PlanOptions
{
    /// <summary>How many join, 1–100,000,000.</summary>
    public long Shoppers { get; init; } = 1_000_000;

    /// <summary>Units for sale, 1–1,000,000.</summary>
    public int Units { get; init; } = 1_000;

    /// <summary>Over how long they arrive, and how; not a replay.</summary>
    public Arrivals Arrivals { get; init; } = Arrivals.Constant(TimeSpan.FromSeconds(60));

    /// <summary>How long before the start the first one arrives; joining opens then.</summary>
    public TimeSpan Before { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Admissions a second at the most.</summary>
    public int AdmitPerSecond { get; init; } = 200;

    /// <summary>Seconds to put the unit in the cart.</summary>
    public int ClaimSeconds { get; init; } = 120;

    /// <summary>Seconds to pay.</summary>
    public int PaySeconds { get; init; } = 300;

    /// <summary>Not seen for longer counts as away; who is near the head polls twice in that time.</summary>
    public int PresenceSeconds { get; init; } = 60;

    /// <summary>Seconds after a deadline until the unit is back.</summary>
    public int GraceSeconds { get; init; } = 3;

    /// <summary>Share of those who joined and are not seen again, so passed over, 0–0.99.</summary>
    public double Away { get; init; }

    /// <summary>Share of the called who never come, 0–0.99.</summary>
    public double NoShow { get; init; } = 0.02;

    /// <summary>Share of the reserved who never pay, 0–0.99.</summary>
    public double NeverPay { get; init; } = 0.10;

    /// <summary>Share of the reserved whose unit is back after the time to think, 0–0.99.</summary>
    public double GiveBack { get; init; }

    /// <summary>Median seconds from reserving to paying, spread log-normally.</summary>
    public double ThinkSeconds { get; init; } = 45;

    /// <summary>Polls a second that one edge may be asked for.</summary>
    public int PollsPerEdge { get; init; } = LineOptions.DefaultPollsPerSecond;

    /// <summary>Connections that one edge holds; 0 = a load balancer in front holds the shoppers'.</summary>
    public int ConnectionsPerEdge { get; init; } = 50_000;

    /// <summary>Seconds after which an idle connection is closed.</summary>
    public int IdleSeconds { get; init; } = 130;

    /// <summary>Edges; 0 = as many as the peak needs at <see cref="Forecast.EdgeLoad"/> of their measured rate.</summary>
    public int Edges { get; init; }

    /// <summary>Makes the run repeatable.</summary>
    public int Seed { get; init; } = 1;
}

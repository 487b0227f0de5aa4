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
    public int PollsPerEdge { get; init; } = new LineOptions().PollsPerSecond;

    /// <summary>Connections that one edge holds; 0 = a load balancer in front holds the shoppers'.</summary>
    public int ConnectionsPerEdge { get; init; } = 50_000;

    /// <summary>Seconds after which an idle connection is closed.</summary>
    public int IdleSeconds { get; init; } = 130;

    /// <summary>Edges; 0 = as many as the peak needs at <see cref="Forecast.EdgeLoad"/> of their measured rate.</summary>
    public int Edges { get; init; }

    /// <summary>Makes the run repeatable.</summary>
    public int Seed { get; init; } = 1;
}

/// <summary>What one core does, from the bench's JSON, and what things weigh.</summary>
public sealed record PlanCosts
{
    /// <summary>Polls a second and core of an edge.</summary>
    public double PollsPerCore { get; init; }

    /// <summary>Joins a second and core of an edge.</summary>
    public double JoinsPerCore { get; init; }

    /// <summary>Waiting pages a second and core of an edge.</summary>
    public double PagesPerCore { get; init; }

    /// <summary>Gated requests a second and core of an edge.</summary>
    public double GatedPerCore { get; init; }

    /// <summary>Reservations a second of one ledger.</summary>
    public double RedeemsPerLedger { get; init; }

    /// <summary>Redis bytes a waiting shopper.</summary>
    public double RedisBytes { get; init; }

    /// <summary>Edge bytes a waiting shopper.</summary>
    public double EdgeBytes { get; init; }

    /// <summary>Bytes of one poll on the wire, both ways, headers included.</summary>
    public double PollBytes { get; init; } = 900;

    /// <summary>Bytes of the waiting page's first load.</summary>
    public double PageBytes { get; init; } = 10_000;
}

/// <summary>Prices an hour and a gigabyte: assumptions, to be replaced by one's own.</summary>
public sealed record PlanPrices
{
    /// <summary>One virtual core with 2 GB of memory, an hour.</summary>
    public double CoreHour { get; init; } = 0.045;

    /// <summary>One gigabyte of Redis, with its replica, an hour.</summary>
    public double RedisGigabyteHour { get; init; } = 0.04;

    /// <summary>The managed MySQL primary with a standby, an hour.</summary>
    public double LedgerHour { get; init; } = 0.40;

    /// <summary>A gigabyte of traffic out.</summary>
    public double TrafficGigabyte { get; init; } = 0.08;
}

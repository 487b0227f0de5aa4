using FlashSale.Contract;

namespace FlashSale.Simulator;

/// <summary>
/// One sale to be simulated, all of it drawn from a seed beforehand: a run of it has no other source of chance than
/// <see cref="Seed"/>, but for the random names of processes, on which nothing depends; and a scenario with fewer shoppers or faults runs the same way for the others as far as it can.
/// All times are milliseconds of true time since the beginning of the run.
/// </summary>
/// <param name="Seed">Of the delays of messages and of the jitter; each actor draws from a generator of its own.</param>
/// <param name="Sale">The settings at the beginning; times are relative to <see cref="Epoch"/>.</param>
/// <param name="Edges">How many edges, 1–3.</param>
/// <param name="Rooms">How many waiting rooms, 1–3.</param>
/// <param name="ClockErrorsMs">How far each machine's clock is off: edges first, then waiting rooms, Redis, the ledger.</param>
/// <param name="CalmAt">From here on nothing fails any more; the sale must come to rest by itself.</param>
/// <param name="EndAt">When the run ends.</param>
public sealed record Scenario(
    ulong Seed, Sale Sale, int Edges, int Rooms, IReadOnlyList<long> ClockErrorsMs, IReadOnlyList<ShopperPlan> Shoppers,
    IReadOnlyList<FaultPlan> Faults, IReadOnlyList<OperatorPlan> Changes, long CalmAt, long EndAt)
{
    /// <summary>True time zero.</summary>
    public static readonly DateTimeOffset Epoch = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>How long shoppers of a lost line have to take their places again (a setting of the waiting rooms).</summary>
    public int RecoverySeconds { get; init; } = 2;

    /// <summary>How often the pumps look at their lines (50 in the product; a busy one is slower).</summary>
    public long TickMs { get; init; } = 50;

    /// <summary>What each edge can take (a setting of the edges): with few, shoppers are told to stay away for minutes.</summary>
    public int PollsPerSecond { get; init; } = 5000;

    /// <summary>How long who has given up a place, or missed a turn, waits for another one (a setting of the edges).</summary>
    public int AgainSeconds { get; init; }
}

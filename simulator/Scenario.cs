using FlashSale.Contract;

namespace FlashSale.Simulator;

/// <summary>
/// One sale to be simulated, all of it drawn from a seed beforehand: a run of it has no other source of chance than
/// <see cref="Seed"/>, and a scenario with fewer shoppers or faults runs the same way for the others as far as it can.
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
}

/// <summary>What a shopper will do; which edge they use changes when that one does not answer.</summary>
/// <param name="Shopper">1, 2, …: who.</param>
/// <param name="JoinAt">When they join first.</param>
/// <param name="Habit">How they behave in line.</param>
/// <param name="Cart">What they do with the unit.</param>
/// <param name="At">When they wander off, leave or double-click, where the habit has such a time.</param>
/// <param name="LagMs">How much later than told they poll: 0–2,000; an obedient shopper is never later.</param>
public sealed record ShopperPlan(int Shopper, long JoinAt, Habit Habit, CartPlan Cart, long At, long LagMs, int Edge);

/// <summary>How a shopper behaves in line.</summary>
public enum Habit
{
    /// <summary>Polls when told, claims at once.</summary>
    Obedient,

    /// <summary>The same, in two tabs: joins, polls and claims twice.</summary>
    TwoTabs,

    /// <summary>Stops polling at some time, for ever.</summary>
    WandersOff,

    /// <summary>Stops polling at some time for longer than counts as away, then goes on.</summary>
    ComesBack,

    /// <summary>Leaves at some time; half of these join again.</summary>
    Leaves,

    /// <summary>Claims shortly before, or after, redeem-by.</summary>
    ClaimsLate,

    /// <summary>Claims, and never puts the unit in the cart.</summary>
    NeverRedeems,
}

/// <summary>What a shopper does with a unit in the cart.</summary>
public enum CartPlan
{
    Pays,

    /// <summary>The payment is on its way when the pay-by passes.</summary>
    PaysLate,
    LetsItRunOut,
    GivesBack,

    /// <summary>Lets it run out, and joins again.</summary>
    RunsOutAndJoinsAgain,
}

/// <summary>A fault: something is broken from <paramref name="At"/> for <paramref name="ForMs"/>.</summary>
/// <param name="Target">
/// Which edge, room or node it meets, where the kind has several, from 0. For those between a process and Redis: the edges
/// first, then the waiting rooms, as in <see cref="Scenario.ClockErrorsMs"/>.
/// </param>
public sealed record FaultPlan(FaultKind Kind, long At, long ForMs, int Target);

/// <summary>What an operator changes.</summary>
public sealed record OperatorPlan(long At, OperatorChange Change, int Value);

/// <summary>The settings that are changed during a run.</summary>
public enum OperatorChange { Pause, Resume, Inventory, AdmitPerSecond, End, Extend }

/// <summary>What can fail.</summary>
public enum FaultKind
{
    RoomPauses,
    RoomDies,
    EdgePauses,
    EdgeDies,

    /// <summary>Commands do not reach Redis from one process.</summary>
    RedisUnreachable,

    /// <summary>Redis runs the commands of one process, whose answers are lost.</summary>
    RedisAnswersLost,
    RedisSlow,
    RedisDies,

    /// <summary>Redis comes up without any data.</summary>
    RedisEmptied,

    /// <summary>Redis comes up with a copy of some seconds ago.</summary>
    RedisOldCopy,

    /// <summary>A replica that lags is promoted; it has another run id.</summary>
    RedisFailover,

    /// <summary>The lease is lost, and nothing else.</summary>
    LeaseLost,

    /// <summary>Statements begin, and commit only at the end of the fault.</summary>
    LedgerCommitsLate,

    /// <summary>Statements commit, and their answers are lost.</summary>
    LedgerAnswersLost,
    LedgerAway,
    LedgerSlow,

    /// <summary>Pulls of one waiting room get no answer.</summary>
    PullsLost,

    /// <summary>The ledger is put back to a state of some seconds ago.</summary>
    LedgerRestored,
    EdgeBoardLate,
}

using FlashSale.Contract;

namespace FlashSale.Simulator.Checking;

/// <summary>
/// What the checker holds a run to: the product's published bounds, and how long news may take where nothing is broken. All
/// in milliseconds.
/// </summary>
/// <param name="LedgerErrorMs">How far the ledger's clock is ahead of true time.</param>
/// <param name="Edges">How many edges: targets of faults count them before the rooms.</param>
/// <param name="RecoverySeconds">How long nobody is admitted in a new epoch (a setting of the waiting rooms).</param>
/// <param name="CalmAt">Nothing fails from here on.</param>
/// <param name="EndAt">When the run ended.</param>
public sealed record Rules(long LedgerErrorMs, int Edges, int RecoverySeconds, long CalmAt, long EndAt)
{
    /// <summary>Without the ledger for this long nobody is admitted.</summary>
    public const long PatienceMs = 2000;

    /// <summary>From the room's look to the admission in Redis, on a link that works.</summary>
    public const long TickMs = 300;

    /// <summary>A room that can ask the ledger knows of a change after this: a pull each 200 ms, and its way there and back.</summary>
    public const long PullMs = 1000;

    /// <summary>The most recent ledger that a room acts on is no older than this: then it stops.</summary>
    public const long StaleMs = PatienceMs + 500;

    /// <summary>From a tick to the board that an edge has read: it is published within a tick and read each 200 ms.</summary>
    public const long BoardMs = 600;

    /// <summary>A lease has run out, and another room has taken it and read everything.</summary>
    public const long TakeOverMs = 4500;

    /// <summary>An edge tells of a poll within an eighth of the presence time and this.</summary>
    public const long ReportMs = 700;

    /// <summary>A link that works again is used again after this.</summary>
    public const long LingerMs = 1500;

    /// <summary>In a new epoch nobody is admitted for this long: what is set, less what it is rounded by and begun before.</summary>
    public long RecoveryMs => RecoverySeconds * 1000L - 1500;

    /// <summary>A shopper who does as told is no later than this.</summary>
    public const long LateMs = 2000;

    /// <summary>Who was told to stay away and does not come counts as away after this, at the soonest.</summary>
    public const long AwayMs = 4000;

    /// <summary>Who is due within this time, two seconds late, hears of a turn while half of the time to claim is left.</summary>
    public static long ReachMs(Sale sale)
    {
        ArgumentNullException.ThrowIfNull(sale);
        return Math.Max(2000, sale.ClaimSeconds * 500L - 4000);
    }

    /// <summary>
    /// A lease has run out, a room has taken it and pulled everything, and whoever waits has polled: then, beside the times of
    /// the sale, nothing keeps a unit from the next.
    /// </summary>
    public const long SettleMs = 8_000;

    private static readonly long s_zero = Scenario.Epoch.ToUnixTimeMilliseconds();

    /// <param name="endedAt">When the run ended, which may be before its scenario does.</param>
    public static Rules Of(Scenario scenario, long endedAt)
    {
        ArgumentNullException.ThrowIfNull(scenario);
        return new Rules(
            scenario.ClockErrorsMs[^1], scenario.Edges, scenario.RecoverySeconds, scenario.CalmAt, endedAt);
    }

    /// <summary>True time of a time of the ledger's clock.</summary>
    public long TrueTime(DateTimeOffset ledger) => ledger.ToUnixTimeMilliseconds() - s_zero - LedgerErrorMs;

    /// <summary>True time of epoch seconds of the ledger's clock.</summary>
    public long TrueTime(long ledgerSeconds) => ledgerSeconds * 1000 - s_zero - LedgerErrorMs;
}

namespace FlashSale.LoadTest.Chaos;

/// <summary>Everything that the verdict is made from.</summary>
public sealed record Evidence(
    int Inventory, long Price, IReadOnlyCollection<HistoryEvent> History, IReadOnlyList<LedgerRow> Ledger,
    IReadOnlyList<ProviderRow> Provider, int ClaimSeconds, int PresenceSeconds)
{
    /// <summary>Redeem-bys are whole seconds, and one tick of the pump admits many: seconds.</summary>
    public const double OrderTolerance = 3;

    /// <summary>How long a unit in the cart can be paid, at the least: seconds.</summary>
    public int PaySeconds { get; init; }

    /// <summary>
    /// The ledger's time at the history's zero: both clocks are this machine's, so that one number brings the clients'
    /// times to the ledger's.
    /// </summary>
    public DateTimeOffset ClockZero { get; init; } = DateTimeOffset.UnixEpoch;

    /// <summary>When Redis lost data.</summary>
    public IReadOnlyList<Period> RedisLosses { get; init; } = [];

    /// <summary>When some edge may not have reached Redis, losses included: what it then said of a place is what it remembered.</summary>
    public IReadOnlyList<Period> RedisTroubles { get; init; } = [];

    /// <summary>When one edge may not have reached Redis while the pump did.</summary>
    public IReadOnlyList<Period> TurnsHidden { get; init; } = [];

    /// <summary>A time of the history as the ledger's, in seconds since 1970.</summary>
    internal double Seconds(long microseconds) => ClockZero.ToUnixTimeMilliseconds() / 1000.0 + microseconds / 1e6;
}

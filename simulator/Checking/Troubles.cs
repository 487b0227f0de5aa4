namespace FlashSale.Simulator.Checking;

/// <summary>What was broken, and when. A trouble lasts until what it broke is used again.</summary>
public sealed class Troubles(int edges)
{
    private static readonly FaultKind[] s_redis =
    [
        FaultKind.RedisSlow, FaultKind.RedisDies, FaultKind.RedisEmptied, FaultKind.RedisOldCopy, FaultKind.RedisFailover,
    ];

    private static readonly FaultKind[] s_lossy = [FaultKind.RedisEmptied, FaultKind.RedisOldCopy, FaultKind.RedisFailover];

    /// <summary>A leader looks several times in this time.</summary>
    private const long NoticedMs = 1000;

    private readonly List<Trouble> _all = [];

    private sealed record Trouble(FaultKind Kind, int Target, long Began)
    {
        public long Ended { get; set; } = long.MaxValue;
    }

    public void Take(Fact.Fault fault)
    {
        if (fault.Begins) _all.Add(new Trouble(fault.Kind, fault.Target, fault.At));
        else if (_all.FindLast(one => one.Kind == fault.Kind && one.Target == fault.Target && one.Ended == long.MaxValue) is { } begun)
            begun.Ended = fault.At;
    }

    /// <summary>Redis may have lost data after <paramref name="since"/>.</summary>
    public bool LostDataSince(long since) => _all.Exists(one => s_lossy.Contains(one.Kind) && one.Ended >= since);

    /// <summary>The edge may have been stopped, late, or cut off from Redis; -1: any edge.</summary>
    public bool OfEdge(int edge, long from, long until) => Find(
        one => s_redis.Contains(one.Kind)
            || (one.Kind is FaultKind.EdgePauses or FaultKind.EdgeDies or FaultKind.EdgeBoardLate && Is(one.Target, edge))
            || (one.Kind is FaultKind.RedisUnreachable or FaultKind.RedisAnswersLost && one.Target < edges
                && Is(one.Target, edge)), from, until) is not null;

    /// <summary>
    /// When the room last saw what it acted on at <paramref name="at"/>: a tick before, or before whatever lay between it
    /// and Redis since.
    /// </summary>
    public long LastLook(int room, long at)
    {
        var looked = at - Rules.TickMs;
        while (_all.Find(one => HoldsUp(one, room) && one.Began <= at && one.Began - Rules.TickMs < looked
            && (one.Ended >= looked || (one.Kind == FaultKind.RedisSlow && one.Ended + Rules.LingerMs >= looked))) is { } held)
            looked = held.Began - Rules.TickMs;
        return looked;
    }

    private bool HoldsUp(Trouble one, int room) =>
        s_redis.Contains(one.Kind)
        || (one.Kind is FaultKind.RoomPauses && one.Target == room)
        || (one.Kind is FaultKind.RedisUnreachable or FaultKind.RedisAnswersLost && one.Target == edges + room);

    /// <summary>Whether the room's questions to the ledger were answered late, or not, or not all that it told was true.</summary>
    public bool OfLedger(int room, long from, long until) => Find(
        one => one.Kind is FaultKind.LedgerAway or FaultKind.LedgerSlow or FaultKind.LedgerCommitsLate
                or FaultKind.LedgerRestored or FaultKind.LedgerAnswersLost
            || (one.Kind is FaultKind.PullsLost or FaultKind.RoomPauses && one.Target == room), from, until) is not null;

    /// <summary>What has kept the ledger from telling this room anything, up to now; null when nothing has.</summary>
    public Fact.Fault? SilentSince(int room, long at)
    {
        var silent = _all.Find(one => one.Began <= at && one.Ended > at
            && (one.Kind == FaultKind.LedgerAway || (one.Kind == FaultKind.PullsLost && one.Target == room)));
        return silent is null ? null : new Fact.Fault(silent.Began, silent.Kind, silent.Target, Begins: true);
    }

    /// <summary>Redis went away in this time, for long enough that its leader cannot but have noticed; null when it did not.</summary>
    public Fact.Fault? WasDown(long from, long until)
    {
        var down = _all.Find(one => (one.Kind == FaultKind.RedisDies || s_lossy.Contains(one.Kind))
            && one.Began >= from && one.Began <= until && one.Ended != long.MaxValue && one.Ended - one.Began >= NoticedMs);
        return down is null ? null : new Fact.Fault(down.Began, down.Kind, down.Target, Begins: true);
    }

    /// <summary>A statement that began in time may have committed later than the grace.</summary>
    public bool CommitsLate(long from, long until) => Find(one => one.Kind == FaultKind.LedgerCommitsLate, from, until) is not null;

    /// <summary>
    /// News of a turn may have been held up on its way: from the room that gave it, by the board in Redis, to one of these edges.
    /// What is wrong with the ledger, with other edges or with rooms that stand by does not hold it up.
    /// </summary>
    public bool OfNews(int room, IReadOnlyCollection<int> edgesAsked, long from, long until) =>
        edgesAsked.Any(edge => OfEdge(edge, from, until)) || Find(
            one => one.Kind is FaultKind.LeaseLost or FaultKind.LedgerRestored
                || (one.Kind is FaultKind.RoomPauses or FaultKind.RoomDies && one.Target == room)
                || (one.Kind is FaultKind.RedisUnreachable or FaultKind.RedisAnswersLost && one.Target == edges + room),
            from, until) is not null;

    /// <summary>
    /// One of these edges was cut off from Redis, and reached it again in this time. What it had asked before is done then, as if its
    /// shoppers had come then.
    /// </summary>
    public bool ReachedAgain(IReadOnlyCollection<int> of, long from, long until) => _all.Exists(
        one => one.Kind == FaultKind.RedisUnreachable && of.Contains(one.Target) && one.Ended >= from && one.Ended <= until);

    /// <summary>
    /// When every edge must have heard of what began in Redis at a time: a room has got its answers and published the board since.
    /// One that takes over, or has started again, publishes none before the ledger has told it everything.
    /// </summary>
    public long BoardSince(long at)
    {
        var since = at;
        while (_all.Find(one => (IsOfSomeRoom(one) || (since > at && IsOfLedgersWord(one))) && one.Began <= since + Rules.BoardMs && BoardAfter(one) > since) is { } held)
        {
            if (held.Ended == long.MaxValue) return long.MaxValue;
            since = BoardAfter(held);
        }

        return since + Rules.BoardMs;
    }

    private static long BoardAfter(Trouble one) => one.Ended == long.MaxValue
        ? long.MaxValue : Math.Max(one.Began + Rules.TakeOverMs, one.Ended + Rules.LingerMs);

    private bool IsOfSomeRoom(Trouble one) =>
        one.Kind is FaultKind.RoomPauses or FaultKind.RoomDies or FaultKind.LeaseLost or FaultKind.RedisSlow
        || (one.Kind is FaultKind.RedisUnreachable or FaultKind.RedisAnswersLost && one.Target >= edges);

    private static bool IsOfLedgersWord(Trouble one) =>
        one.Kind is FaultKind.LedgerAway or FaultKind.LedgerSlow or FaultKind.LedgerAnswersLost or FaultKind.PullsLost;

    /// <summary>Anything at all was broken.</summary>
    public bool Any(long from, long until) => Find(_ => true, from, until) is not null;

    /// <summary>When the last trouble before a time was over; itself while one lasts.</summary>
    public long QuietSince(long at) => _all.Where(one => one.Began <= at)
        .Select(one => one.Ended == long.MaxValue ? at : Math.Min(at, one.Ended + Rules.LingerMs)).DefaultIfEmpty(0).Max();

    private Trouble? Find(Func<Trouble, bool> which, long from, long until) => _all.Find(
        one => one.Began <= until && (one.Ended == long.MaxValue || one.Ended + Rules.LingerMs >= from) && which(one));

    private static bool Is(int target, int edge) => edge < 0 || target == edge;
}

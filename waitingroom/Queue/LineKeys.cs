using FlashSale.Contract;

using StackExchange.Redis;

namespace FlashSale.Queue;

/// <summary>
/// Every key of Redis. All of a sale share the hash tag <c>{sale}</c>, so that a Redis Cluster keeps them together.
/// </summary>
public sealed class LineKeys
{
    private readonly string _prefix;

    public LineKeys(SaleId sale)
    {
        Sale = sale;
        _prefix = $"fs:{{{sale.Value}}}:";
        Line = _prefix + "line";
        Admitted = _prefix + "admitted";
        Held = _prefix + "held";
        Returning = _prefix + "returning";
        Present = _prefix + "present";
        Edges = _prefix + "edges";
        Freed = _prefix + "freed";
        Missed = _prefix + "missed";
        Again = _prefix + "again";
        Asked = _prefix + "asked";
        ToTell = _prefix + "totell";
        Telling = _prefix + "telling";
        ToldTo = _prefix + "toldto";
        Forgotten = _prefix + "forgotten";
        Moved = _prefix + "moved";
        Moves = _prefix + "moves";
    }

    public SaleId Sale { get; }

    /// <summary>
    /// Hash: sale → the leader's snapshot as JSON; <c>#fence</c> → who wrote it. The two keys that follow are in its slot
    /// of a Cluster.
    /// </summary>
    public static RedisKey Board { get; } = "fs:board";

    /// <summary>
    /// Hash: the same of lines that do not sleep (<see cref="LineBoard.Asleep"/>), which the edges read often;
    /// <c>#at</c> → the ledger's time in ms when the leader was last here.
    /// </summary>
    public static RedisKey AwakeBoard { get; } = "fs:{fs:board}:awake";

    /// <summary>Hash: sale → 1, when its line sleeps and has changed; for the leader.</summary>
    public static RedisKey Woken { get; } = "fs:{fs:board}:woken";

    /// <summary>Hash: the leader's lease, and which waiting rooms are alive.</summary>
    public static RedisKey Lease { get; } = "fs:lease";

    /// <summary>Hash: epoch, run, fence, next, head, skipped, order, shuffled, past, recoverUntil, blockedUntil.</summary>
    public RedisKey Line { get; }

    /// <summary>Hash: place → "unit redeemBy claimed rank".</summary>
    public RedisKey Admitted { get; }

    /// <summary>Hash: place → the same, while the unit is in a cart.</summary>
    public RedisKey Held { get; }

    /// <summary>
    /// Sorted set, all scores 0: epoch, rank, number (8 hex digits each) of who was passed over and came back.
    /// </summary>
    public RedisKey Returning { get; }

    /// <summary>Hash: place → when it was last seen, and what it was told (<see cref="Sighting"/>); within the horizon only.</summary>
    public RedisKey Present { get; }

    /// <summary>Hash: edge → "ms coverage" of its last report.</summary>
    public RedisKey Edges { get; }

    /// <summary>List: places whose unclaimed admission ended by leaving.</summary>
    public RedisKey Freed { get; }

    /// <summary>Hash: place → 1: whose turn has passed unused, so that a line that is begun anew knows it.</summary>
    public RedisKey Missed { get; }

    /// <summary>Sorted set: shopper → when they took a number that was not their first; of the last seconds only.</summary>
    public RedisKey Again { get; }

    /// <summary>
    /// Hash: place (8 bytes, as in the log of calls) → what they have been told (a byte), in which epoch they came back
    /// (4 bytes), by which service they are called (a byte) and how, sealed: those who asked to be (<see cref="Sleepers"/>).
    /// </summary>
    public RedisKey Asked { get; }

    /// <summary>Sorted set: place, reason and try → which goes first; what is to be told.</summary>
    public RedisKey ToTell { get; }

    /// <summary>Sorted set: the same, while an edge tells it → until when it is that edge's to tell.</summary>
    public RedisKey Telling { get; }

    /// <summary>
    /// Hash: epoch, and how far its log and ranks have been gone through for those who asked; and by place, what those were
    /// told (as in <see cref="Asked"/>) who do not ask any more.
    /// </summary>
    public RedisKey ToldTo { get; }

    /// <summary>A string of places, 8 bytes each, that need not be called any more: what edges read on in.</summary>
    public RedisKey Forgotten { get; }

    /// <summary>Hash: place (8 bytes) → how often it has moved to another device (<see cref="PlaceMoves"/>).</summary>
    public RedisKey Moved { get; }

    /// <summary>A string of places and how often they have moved, 9 bytes each: what edges read on in.</summary>
    public RedisKey Moves { get; }

    /// <summary>How often something was done for somebody lately; of no sale.</summary>
    /// <param name="whom">As it may stand in Redis: no address in clear.</param>
    public static RedisKey Spent(string whom) => $"fs:spent:{whom}";

    /// <summary>Hash: shopper (<see cref="SaleLine.FieldOf"/>) → number.</summary>
    public RedisKey Shoppers(uint epoch) => $"{_prefix}shoppers:{epoch}";

    /// <summary>4 bits a number: its <see cref="PlaceState"/>.</summary>
    public RedisKey Places(uint epoch) => $"{_prefix}places:{epoch}";

    /// <summary>A bit for each place that has been left, by rank, or by number while a shuffle is to come.</summary>
    public RedisKey Left(uint epoch, bool byRank) => $"{_prefix}left:{epoch}:{(byRank ? 'r' : 'n')}";

    /// <summary>The same for those who are there, as one edge knows it.</summary>
    public RedisKey Alive(uint epoch, bool byRank, string edge) => $"{_prefix}alive:{epoch}:{(byRank ? 'r' : 'n')}:{edge}";

    /// <summary>The public log of calls while this epoch is the current one: 13 bytes each (<see cref="Call"/>).</summary>
    public RedisKey Calls(uint epoch) => $"{_prefix}calls:{epoch}";

    /// <summary>A place as a field: epoch and number, 8 hex digits each.</summary>
    public static string Field(Place place) => $"{place.Epoch:x8}{place.Number:x8}";

    /// <summary>A place as a member of <see cref="Returning"/>: older epochs first, then by rank.</summary>
    public static string Member(Place place, long rank) => $"{place.Epoch:x8}{rank:x8}{place.Number:x8}";

    /// <summary>Reads what <see cref="Field"/> wrote.</summary>
    public static Place ParseField(string field) =>
        new(Convert.ToUInt32(field[..8], 16), Convert.ToUInt32(field[8..16], 16));

    /// <summary>Reads what <see cref="Member"/> wrote.</summary>
    public static (Place Place, long Rank) ParseMember(string member) =>
        (ParseField(string.Concat(member.AsSpan(0, 8), member.AsSpan(16, 8))), Convert.ToUInt32(member[8..16], 16));
}

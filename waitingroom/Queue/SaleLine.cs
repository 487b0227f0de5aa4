using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;

using FlashSale.Contract;

using StackExchange.Redis;

namespace FlashSale.Queue;

/// <summary>One sale's line at this edge: its board, who has been seen, and the batches under way.</summary>
internal sealed class SaleLine
{
    /// <summary>Joins a script call: about 1 ms of Redis.</summary>
    private const int MaxJoins = 512;

    /// <summary>Joins waiting at an edge; what comes on top is told to try again.</summary>
    private const int MaxPendingJoins = 100_000;

    /// <summary>Places asked for in a script call.</summary>
    private const int MaxStatuses = 256;
    private const int MaxPendingStatuses = 50_000;

    /// <summary>Older epochs that a join looks into (four bits in the script's answer, which also counts with it).</summary>
    private const int MaxPast = 12;

    /// <summary>Counters of polls with tickets of other epochs, a power of two: 384 KB at the most.</summary>
    private const int PastTickets = 1 << 16;

    private const double MemorySeconds = 10;

    /// <summary>How long a join or a status waits for the line before it is told to try again.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly ILineServer _redis;
    private readonly TimeProvider _clock;
    private readonly Batcher<JoinQuestion, JoinOutcome?> _joins;
    private readonly SeenTable _past;
    private readonly ConcurrentDictionary<uint, Batcher<StatusQuestion, PlaceStatus?>> _statuses = new();
    private volatile Now? _now;
    private volatile Sale? _sale;
    private long _polls, _joined;
    private double _joinsPerSecond;
    private readonly LineOptions _options;

    public SaleLine(SaleId id, ILineServer redis, TimeProvider clock, LineOptions options)
    {
        Keys = new LineKeys(id);
        Calls = new CallPages(redis, Keys, clock);
        _redis = redis;
        _options = options;
        _clock = clock;
        _past = new SeenTable(clock);
        _joins = new(MaxJoins, MaxPendingJoins, Patience, clock, SendJoinsAsync);
    }

    public LineKeys Keys { get; }

    /// <summary>The public log.</summary>
    public CallPages Calls { get; }

    /// <summary>Polls answered by this edge so far.</summary>
    public long Polls => Interlocked.Read(ref _polls);

    public void CountPoll() => Interlocked.Increment(ref _polls);

    /// <summary>Places given or found again by this edge so far.</summary>
    public long Joined => Interlocked.Read(ref _joined);

    public void CountJoin() => Interlocked.Increment(ref _joined);

    public LineOrdering Ordering { get; } = new();

    /// <summary>The board, with who was seen in its epoch.</summary>
    public Now? Current => _now;

    /// <summary>The sale's settings as last given by the gateway.</summary>
    public Sale? Sale
    {
        get => _sale;
        set => _sale = value;
    }

    /// <summary>How fast the line grows, over the last seconds; a burst is remembered for about ten.</summary>
    public double JoinsPerSecond => Volatile.Read(ref _joinsPerSecond);

    /// <summary>The shopper of this place has been told when to poll next.</summary>
    public void Tell(Place place, int nextPollMs)
    {
        if (_now is { } now && now.Board.Epoch == place.Epoch) now.Seen.Tell(place.Number, nextPollMs);
    }

    /// <summary>Takes the newest snapshot; only the board's reader calls it.</summary>
    public void Set(LineBoard board)
    {
        if (_now is { } last && last.Board.Epoch == board.Epoch
            && _clock.GetElapsedTime(last.Board.ReadAt, board.ReadAt).TotalSeconds is > 0 and var seconds)
            Volatile.Write(ref _joinsPerSecond, Math.Max(
                (board.Next - last.Board.Next) / seconds, _joinsPerSecond * Math.Exp(-seconds / MemorySeconds)));
        var seen = _now is { } before && before.Board.Epoch == board.Epoch ? before.Seen : new SeenTable(_clock);
        var budget = new PollBudget(
            board.Waiting + board.Returning, board.Nearest > 0 ? board.Nearest : board.Horizon, (double)_options.PollsPerSecond * Math.Max(1, board.Edges),
            board.PresenceSeconds, board.ClaimSeconds, JoinsPerSecond,
            isOver: board.StoppedBecause == LineBoard.Ended || board.Sold >= (_sale?.Inventory ?? int.MaxValue));
        var live = new LiveRanks(board.LiveFrom, board.LiveTo, board.LiveTotal, board.Live);
        _now = new Now(board, seen, budget, live);
    }

    /// <summary>
    /// Counts a poll of a ticket of another epoch, each of which asks Redis; false when it polls too often. Tickets share
    /// what is far more than one polls as it is told.
    /// </summary>
    public bool TrySeePast(Place place) => _past.TrySee((uint)(place.GetHashCode() & (PastTickets - 1)));

    public Task<(bool Answered, JoinOutcome? Outcome)> JoinAsync(ShopperId shopper, long after) =>
        _joins.AddAsync(new JoinQuestion(shopper, after));

    /// <summary>What has become of a place.</summary>
    /// <param name="toldMs">How long the shopper will be told to stay away, when Redis must take note of it; else 0.</param>
    public Task<(bool Answered, PlaceStatus? Status)> AskAsync(in Ticket ticket, long rank, int toldMs)
    {
        var epoch = ticket.Place.Epoch;
        var batcher = _statuses.GetOrAdd(
            epoch, e => new(MaxStatuses, MaxPendingStatuses, Patience, _clock, items => SendStatusesAsync(e, items)));
        return batcher.AddAsync(new StatusQuestion(ticket.Place.Number, rank, ticket.Shopper, toldMs));
    }

    /// <summary>Leaves; false when there is no line.</summary>
    public async Task<bool> LeaveAsync(Ticket ticket, long rank)
    {
        if (_now is not { } now) return false;
        var (epoch, current) = (ticket.Place.Epoch, now.Board.Epoch);
        var answer = await _redis.RunAsync(
            Script.Leave,
            [
                Keys.Line, Keys.Admitted, Keys.Returning, Keys.Present, Keys.Freed, Keys.Shoppers(epoch),
                Keys.Places(epoch), Keys.Left(epoch, rank >= 0), Keys.Calls(current),
            ],
            [
                LineKeys.Field(ticket.Place), (long)ticket.Place.Number,
                LineKeys.Member(ticket.Place, Math.Max(0, rank)), FieldOf(ticket.Shopper),
                epoch != current ? "" : rank >= 0 ? rank : ticket.Place.Number, (long)current,
            ]).ConfigureAwait(false);
        if (answer.IsNull) return false;
        if ((PlaceState)(int)answer is PlaceState.Waiting or PlaceState.Left && current == epoch)
            now.Seen.Forget(ticket.Place.Number);
        return true;
    }

    /// <summary>
    /// A shopper's field in <see cref="LineKeys.Shoppers"/>: as short as collisions allow. A visitor's id is a hash already,
    /// and goes in as it is; it is a byte longer, so that nobody can choose another id with the same field.
    /// </summary>
    public static byte[] FieldOf(ShopperId shopper)
    {
        Span<byte> visitor = stackalloc byte[ShopperId.VisitorBytes];
        if (shopper.TryGetVisitor(visitor)) return [0, .. visitor];
        Span<byte> text = stackalloc byte[ShopperId.MaxLength];
        var length = Encoding.ASCII.GetBytes(shopper.Value, text);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(text[..length], hash);
        return hash[..16].ToArray();
    }

    private async Task<JoinOutcome?[]?> SendJoinsAsync(IReadOnlyList<JoinQuestion> questions)
    {
        if (_now is not { } now) return null;
        var board = now.Board;
        uint[] epochs = [board.Epoch, .. board.Past.Take(MaxPast).Select(past => past.Epoch)];
        RedisKey[] keys =
            [Keys.Line, Keys.Present, Keys.Admitted, Keys.Again, .. epochs.SelectMany(e => new[] { Keys.Shoppers(e), Keys.Places(e) })];
        var values = new RedisValue[4 + 2 * questions.Count];
        values[0] = (long)board.Epoch;
        values[1] = board.Horizon;
        values[2] = _options.AgainSeconds * 1000;
        values[3] = questions.Count;
        for (var i = 0; i < questions.Count; i++)
        {
            values[4 + i] = FieldOf(questions[i].Shopper);
            values[4 + questions.Count + i] = questions[i].After;
        }

        var answer = await _redis.RunAsync(Script.Join, keys, values).OrNone();
        if (answer is not null) await WakeAsync(board).ConfigureAwait(false);
        if (answer is null || answer.IsNull) return null;
        var outcomes = new JoinOutcome?[questions.Count];
        for (var i = 0; i < outcomes.Length; i++)
        {
            outcomes[i] = Read((long)answer[i], epochs);
            if (outcomes[i] is not JoinOutcome.Joined { Place: var place } || place.Epoch != board.Epoch) continue;
            now.Seen.See(place.Number);
            now.Seen.Tell(place.Number, 0); // Until the answer is.
        }

        return outcomes;
    }

    private static JoinOutcome Read(long code, uint[] epochs) => code < 0
        ? new JoinOutcome.TooSoon(TimeSpan.FromMilliseconds(-code))
        : (code & 3) switch
        {
            2 => JoinOutcome.AlreadyBought.Instance,
            3 => new JoinOutcome.NotPaid((uint)(code >> 6)),
            var had => new JoinOutcome.Joined(new Place(epochs[(code >> 2) & 15], (uint)(code >> 6)), IsNew: had == 1),
        };

    private async Task<PlaceStatus?[]?> SendStatusesAsync(uint epoch, IReadOnlyList<StatusQuestion> questions)
    {
        if (_now is not { } now) return null;
        var current = now.Board.Epoch;
        RedisKey[] keys =
        [
            Keys.Line, Keys.Admitted, Keys.Returning, Keys.Present, Keys.Shoppers(epoch), Keys.Places(epoch),
            Keys.Shoppers(current), Keys.Places(current), Keys.Calls(current),
        ];
        var values = new RedisValue[2 + 4 * questions.Count];
        values[0] = (long)current;
        values[1] = (long)epoch;
        for (var i = 0; i < questions.Count; i++)
        {
            values[2 + 4 * i] = (long)questions[i].Number;
            values[3 + 4 * i] = questions[i].Rank;
            values[4 + 4 * i] = FieldOf(questions[i].Shopper);
            values[5 + 4 * i] = questions[i].ToldMs;
        }

        var answer = await _redis.RunAsync(Script.Status, keys, values).OrNone();
        if (answer is { IsNull: true }) await WakeAsync(now.Board).ConfigureAwait(false); // There is no line any more.
        if (answer is null || answer.IsNull) return null;
        var statuses = new PlaceStatus?[questions.Count];
        for (var i = 0; i < statuses.Length; i++)
            statuses[i] = Read((PlaceState)(int)answer[2 * i], (long)answer[2 * i + 1], questions[i]);
        // They may just have come back.
        if (statuses.Any(status => status is { State: PlaceState.Waiting }))
            await WakeAsync(now.Board).ConfigureAwait(false);
        return statuses;
    }

    /// <summary>
    /// The leader looks seldom at a line that sleeps: it is told that it has changed. Should it not hear, it will see.
    /// </summary>
    private async Task WakeAsync(LineBoard board)
    {
        if (board.Asleep) await _redis.RunAsync(Script.Wake, [LineKeys.Woken], [Keys.Sale.Value]).OrNone();
    }

    private static PlaceStatus Read(PlaceState state, long value, in StatusQuestion asked) => state switch
    {
        PlaceState.Waiting => new PlaceStatus(state, asked.Rank, value, 0) { NotedMs = asked.ToldMs },
        PlaceState.Admitted => new PlaceStatus(state, asked.Rank, 0, value),
        PlaceState.Redeemed or PlaceState.Bought => new PlaceStatus(state, asked.Rank, 0, 0),
        _ => new PlaceStatus(state, asked.Rank, -1, 0),
    };

    /// <summary>What is known now.</summary>
    internal sealed record Now(LineBoard Board, SeenTable Seen, PollBudget Budget, LiveRanks Live);

    /// <param name="After">As <see cref="Line.JoinAsync"/> takes it.</param>
    private readonly record struct JoinQuestion(ShopperId Shopper, long After);

    private readonly record struct StatusQuestion(uint Number, long Rank, ShopperId Shopper, int ToldMs);
}

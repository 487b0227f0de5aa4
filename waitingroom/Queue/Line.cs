using System.Collections.Concurrent;
using System.Runtime.CompilerServices;

using FlashSale.Contract;

using Microsoft.Extensions.Options;

namespace FlashSale.Queue;

/// <summary>
/// The line as an edge uses it. Joins go to Redis in batches. A poll is answered from memory while its number has not
/// been called: the number against the latest board, and a mark that this shopper is present. Called numbers, and those
/// of older epochs, ask Redis in batches.
/// </summary>
public sealed class Line(ILineServer redis, IOptions<LineOptions> options, TimeProvider clock, Random? jitter = null)
{
    private static readonly TimeSpan s_retry = TimeSpan.FromMilliseconds(50);

    /// <summary>Asked again after this while the line's board is not known.</summary>
    private const int BlindPollMs = 2000;

    private readonly ConcurrentDictionary<SaleId, SaleLine> _sales = new();
    private long _lastRead = long.MinValue;
    private long _leaderHeard;

    /// <summary>What this edge is called in Redis.</summary>
    internal string EdgeId { get; } = Guid.NewGuid().ToString("n")[..12];

    /// <summary>Redis is reachable and the board has been read lately.</summary>
    public bool IsReady =>
        Interlocked.Read(ref _lastRead) is var read and not long.MinValue && clock.GetElapsedTime(read) < SaleLine.Patience;

    internal IEnumerable<SaleLine> Sales => _sales.Values;

    internal SaleLine? Find(SaleId sale) => _sales.GetValueOrDefault(sale);

    /// <summary>
    /// The latest snapshot in memory; null when the sale has no line yet. It stays while Redis is away: shoppers keep
    /// their places.
    /// </summary>
    public LineBoard? Board(SaleId sale) => _sales.TryGetValue(sale, out var line) ? line.Current?.Board : null;

    /// <summary>For <see cref="JoinAsync"/>: finds the place that a shopper has, and gives none.</summary>
    public const long NoNumber = -1;

    /// <summary>
    /// Takes a place, or finds the one the shopper has. Waits for the line for two seconds, and for what one batch may take.
    /// </summary>
    /// <remarks>
    /// It goes on when the shopper hangs up: what has been sent may be a place already. Every join suspends here:
    /// what it needs meanwhile comes from a pool (measured in docs/performance.md).
    /// </remarks>
    /// <param name="after">
    /// What the shopper has paid for: the number after that one, which has ended; 0 for the first, or <see cref="NoNumber"/>.
    /// </param>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<JoinOutcome> JoinAsync(Sale sale, ShopperId shopper, long after)
    {
        ArgumentNullException.ThrowIfNull(sale);
        var (line, start) = (Of(sale), clock.GetTimestamp());
        while (true)
        {
            var (answered, outcome) = await line.JoinAsync(shopper, after).ConfigureAwait(false);
            if (answered || clock.GetElapsedTime(start) > SaleLine.Patience)
            {
                outcome ??= JoinOutcome.NotReady.Instance;
                LineMetrics.Joined(sale.Id.Value, outcome);
                if (outcome is JoinOutcome.Joined) line.CountJoin();
                return outcome;
            }

            await Task.Delay(s_retry, clock).ConfigureAwait(false);
        }
    }

    /// <summary>The place now; marks the shopper as present. Null when Redis is needed and down: answer 503.</summary>
    public ValueTask<PlaceStatus?> StatusAsync(in Ticket ticket, Sale sale)
    {
        var line = Of(sale);
        line.CountPoll();
        if (line.Current is not { } now) return new((PlaceStatus?)null);
        var (board, place) = (now.Board, ticket.Place);
        if (place.Epoch > board.Epoch) return new((PlaceStatus?)null);
        // Where a place of before comes in is not known until the order is drawn.
        if (place.Epoch < board.Epoch && sale.AwaitsBeacon) return new((PlaceStatus?)null);
        if (place.Epoch < board.Epoch) return AskAsync(line, now, sale, ticket, PastRank(line, sale, board, place));

        var rank = line.Ordering.RankOf(sale, board.Shuffled, place.Number);
        if (rank > 0 && (rank <= board.Head || now.Seen.WasCalled(place.Number))) return AskAsync(line, now, sale, ticket, rank);
        if (rank > 0 && (!IsReady || (IsNear(board, rank) && MayHaveBeenCalled(now, sale, rank))))
            return AskOrRememberAsync(line, now, sale, ticket, rank);
        return new(FromMemory(now, place, rank));
    }

    /// <summary>The place waits as far as this edge knows, and may have been called since its board was written.</summary>
    public bool MayBeCalled(SaleId sale, in PlaceStatus status) =>
        status is { State: PlaceState.Waiting, Rank: > 0 } && Board(sale) is { } board && IsNear(board, status.Rank);

    /// <summary>
    /// The pump looks at this place, or will before the next board is read: what is told to it is subject to
    /// invariant 9 (<see cref="TurnTimes"/>).
    /// </summary>
    private static bool IsNear(LineBoard board, long rank) => rank <= board.Head + 2L * board.Horizon;

    /// <summary>
    /// Invariant 9: memory alone will not do. Either the board is so old that a turn may have begun, or the shopper would be
    /// told to stay away for longer than a turn waits.
    /// </summary>
    private bool MayHaveBeenCalled(SaleLine.Now now, Sale sale, long rank) =>
        clock.GetElapsedTime(now.Board.ReadAt).TotalMilliseconds > TurnTimes.NewsMs
        || IsTooLong(now, sale, Ahead(now, rank));

    private bool IsTooLong(SaleLine.Now now, Sale sale, long ahead) =>
        now.Budget.LongestMs(ahead, ToStart(now.Board, sale)) > TurnTimes.ReachMs(now.Board.ClaimSeconds);

    /// <summary>By the ledger's clock, as the board tells it.</summary>
    private long ToStart(LineBoard board, Sale sale) => Math.Max(0, (long)(
        sale.StartsAt.ToUnixTimeMilliseconds() - board.Now - clock.GetElapsedTime(board.ReadAt).TotalMilliseconds));

    /// <summary>
    /// Redis is asked, and told how long the shopper is to stay away if the place still waits: who is noted is not called
    /// before they are due. While Redis is away shoppers keep the place they were told.
    /// </summary>
    private async ValueTask<PlaceStatus?> AskOrRememberAsync(
        SaleLine line, SaleLine.Now now, Sale sale, Ticket ticket, long rank)
    {
        var ahead = Ahead(now, rank);
        var told = IsNear(now.Board, rank) && IsTooLong(now, sale, ahead) ? now.Budget.NextPollMs(ahead, ToStart(now.Board, sale), Draw()) : 0;
        var status = await AskAsync(line, ticket, rank, told).ConfigureAwait(false);
        if (status is not { } answer) return FromMemory(now, ticket.Place, rank);
        return answer.State == PlaceState.Waiting ? answer with { Ahead = Math.Min(answer.Ahead, ahead) } : answer;
    }

    /// <summary>
    /// What has become of a place that has been called, or is of an older epoch. One that waits among those who came back,
    /// and far behind, is asked for again, with how long the shopper is to stay away.
    /// </summary>
    private async ValueTask<PlaceStatus?> AskAsync(
        SaleLine line, SaleLine.Now now, Sale sale, Ticket ticket, long rank)
    {
        var status = await AskAsync(line, ticket, rank, 0).ConfigureAwait(false);
        if (status is not { State: PlaceState.Waiting, Ahead: var ahead } || !IsTooLong(now, sale, ahead)) return status;
        var told = now.Budget.NextPollMs(ahead, ToStart(now.Board, sale), Draw());
        return await AskAsync(line, ticket, rank, told).ConfigureAwait(false) ?? status;
    }

    private static async ValueTask<PlaceStatus?> AskAsync(SaleLine line, Ticket ticket, long rank, int told)
    {
        var (answered, status) = await line.AskAsync(ticket, rank, told).ConfigureAwait(false);
        // The board can be older than this answer: who was told of the turn must not be told to wait by it.
        if (status is { State: not PlaceState.Waiting } && line.Current is { } now && now.Board.Epoch == ticket.Place.Epoch)
            now.Seen.Call(ticket.Place.Number);
        return answered ? status : null;
    }

    private static PlaceStatus FromMemory(SaleLine.Now now, Place place, long rank)
    {
        if (now.Seen.IsForgotten(place.Number)) return new PlaceStatus(PlaceState.Left, rank, -1, 0);
        now.Seen.See(place.Number);
        return new PlaceStatus(PlaceState.Waiting, rank, rank < 0 ? -1 : Ahead(now, rank), 0);
    }

    /// <summary>People, not numbers.</summary>
    private static long Ahead(SaleLine.Now now, long rank) =>
        now.Live.Between(now.Board.Head, rank - 1) + now.Board.Returning;

    /// <summary>Counts a poll; false when this ticket polls too often (429).</summary>
    public bool TrySee(in Ticket ticket) =>
        !_sales.TryGetValue(ticket.Sale, out var line) || line.Current is not { } now
        || (now.Board.Epoch == ticket.Place.Epoch
            ? now.Seen.TrySee(ticket.Place.Number) : line.TrySeePast(ticket.Place));

    /// <summary>
    /// The entries of the public log of calls after so many, at most a page of them; null when there is no line that is known of, no
    /// such epoch in it, or no answer of Redis.
    /// </summary>
    /// <param name="epoch">Whose log; null for the current epoch's.</param>
    public async ValueTask<CallsPage?> CallsAsync(SaleId sale, uint? epoch, long after)
    {
        if (!_sales.TryGetValue(sale, out var line) || line.Current is not { Board: var board }) return null;
        var of = epoch ?? board.Epoch;
        if (of != board.Epoch && board.Past.All(past => past.Epoch != of)) return null;
        if (await line.Calls.ReadAsync(of, after / CallPages.Size).ConfigureAwait(false) is not { } calls) return null;
        return new CallsPage(of, board.Past, after, [.. calls.Skip((int)(after % CallPages.Size))]);
    }

    /// <summary>Gives the place up; false when Redis is down.</summary>
    public async ValueTask<bool> LeaveAsync(Ticket ticket, CancellationToken cancel)
    {
        if (!_sales.TryGetValue(ticket.Sale, out var line) || line.Current is not { } now || line.Sale is not { } sale)
            return false;
        var rank = ticket.Place.Epoch == now.Board.Epoch
            ? line.Ordering.RankOf(sale, now.Board.Shuffled, ticket.Place.Number)
            : PastRank(line, sale, now.Board, ticket.Place);
        try
        {
            return await line.LeaveAsync(ticket, rank).WaitAsync(SaleLine.Patience, clock, cancel).ConfigureAwait(false);
        }
        catch (Exception error) when (error is LineUnavailableException or TimeoutException)
        {
            return false;
        }
    }

    /// <summary>
    /// When the shopper shall poll next, in milliseconds, with jitter (<see cref="PollBudget"/>); until then they are present.
    /// </summary>
    /// <param name="status">As <see cref="StatusAsync"/> told it.</param>
    /// <param name="ahead">As the shopper is told; -1 while unknown.</param>
    public int NextPollMs(in Ticket ticket, in PlaceStatus status, long ahead, long millisecondsToStart)
    {
        var line = Of(ticket.Sale);
        if (line.Current is not { } now) return BlindPollMs;
        var (board, place) = (now.Board, ticket.Place);
        var next = status.NotedMs;
        if (next == 0)
        {
            next = now.Budget.NextPollMs(status.State == PlaceState.Waiting ? ahead : 0, millisecondsToStart, Draw());
            // Nobody near is told more than Redis has taken note of.
            if (place.Epoch != board.Epoch || (status.Rank >= 0 && IsNear(board, status.Rank)))
                next = (int)Math.Min(next, TurnTimes.ReachMs(board.ClaimSeconds));
        }

        line.Tell(place, next);
        return next;
    }

#pragma warning disable CA5394 // Jitter is no secret.
    private double Draw() => (jitter ?? Random.Shared).NextDouble();
#pragma warning restore CA5394

    /// <summary>The shopper has been told when to poll next.</summary>
    internal void Tell(in Ticket ticket, int nextPollMs) => Of(ticket.Sale).Tell(ticket.Place, nextPollMs);

    /// <summary>Takes a board that was read from Redis.</summary>
    internal void Set(SaleId sale, LineBoard board) => Of(sale).Set(board);

    /// <summary>The leader has been at the board: what it says of lines that sleep is still so.</summary>
    internal void LeaderWasHeard() => Interlocked.Exchange(ref _leaderHeard, clock.GetTimestamp());

    /// <summary>Since the leader's last word about a line, as a timestamp.</summary>
    internal long HeardAt(LineBoard board) =>
        board.Asleep ? Math.Max(board.ReadAt, Interlocked.Read(ref _leaderHeard)) : board.ReadAt;

    /// <summary>The board has been read, whatever was on it.</summary>
    internal void BoardWasRead() => Interlocked.Exchange(ref _lastRead, clock.GetTimestamp());

    private static long PastRank(SaleLine line, Sale sale, LineBoard board, Place place)
    {
        long? shuffled = null;
        foreach (var past in board.Past)
            if (past.Epoch == place.Epoch) shuffled = past.Shuffled;
        return line.Ordering.PastRankOf(sale, shuffled, place);
    }

    private SaleLine Of(Sale sale)
    {
        var line = Of(sale.Id);
        if (!ReferenceEquals(line.Sale, sale)) line.Sale = sale;
        return line;
    }

    private SaleLine Of(SaleId sale) => _sales.TryGetValue(sale, out var line)
        ? line
        : _sales.GetOrAdd(sale, id => new SaleLine(id, redis, clock, options.Value));
}

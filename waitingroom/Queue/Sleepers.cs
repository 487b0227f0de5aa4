using System.Collections.Concurrent;

using FlashSale.Contract;

using StackExchange.Redis;

namespace FlashSale.Queue;

/// <summary>
/// Those who asked to be called while their page sleeps. Whose turn it is, and who is passed over, is read from the
/// public log of calls, so that nothing that moves the line knows of them. What is to be told waits in Redis, the
/// front first; an edge takes as much as it can tell, each message for a time, after which another edge may take it
/// once more.
/// </summary>
public sealed class Sleepers(ILineServer redis, Line line, LedgerClock clock)
{
    /// <summary>Kept after the last one has asked, should nobody ever say that the sale is over.</summary>
    private static readonly TimeSpan s_kept = TimeSpan.FromDays(7);

    /// <summary>Ranks that are looked at in a script call.</summary>
    private const int MaxSoon = 1000;

    /// <summary>
    /// Remembered by an edge of a sale's who asked through it, for a Redis that loses all: some 20 MB, 31 with the longest
    /// addresses. The first so many.
    /// </summary>
    private const int MaxRemembered = 50_000;

    /// <summary>Of these in a script call.</summary>
    private const int MaxAgain = 200;

    private const int ValuesBefore = 6, ValuesACall = 6;

    private readonly ConcurrentDictionary<SaleId, Known> _sales = new();

    /// <summary>Every sale that has a line.</summary>
    public IEnumerable<SaleId> Sales => line.Sales.Where(one => one.Current is not null).Select(one => one.Keys.Sale);

    /// <summary>
    /// Keeps how a shopper is called, in place of what was kept before. Only what happens from now on is told: who was passed over is
    /// back in line by asking, and who has a turn, or can have none any more, is not waiting.
    /// </summary>
    /// <param name="how">By which service (a byte), and sealed: it is kept as it is.</param>
    /// <param name="most">Of a sale.</param>
    /// <param name="renews">A browser's subscription is another one; when another way was asked for since, that is kept.</param>
    public async Task<AskOutcome> AskAsync(Sale sale, Ticket ticket, ReadOnlyMemory<byte> how, int most, bool renews = false)
    {
        ArgumentNullException.ThrowIfNull(sale);
        if (line.Find(sale.Id) is not { Current: { Board: var board } now } of) return AskOutcome.NotReady;
        if (clock.GetUtcNow() >= sale.EndsAt || board.Sold >= sale.Inventory) return AskOutcome.NotWaiting;
        // Only then is there more to it than ask.lua sees: who waits still is not said to be due now by asking.
        if (ticket.Place.Epoch < board.Epoch || of.Ordering.RankOf(sale, board.Shuffled, ticket.Place.Number) <= board.Head)
        {
            if (await line.StatusAsync(ticket, sale).ConfigureAwait(false) is not { } status) return AskOutcome.NotReady;
            if (status.State != PlaceState.Waiting) return AskOutcome.NotWaiting;
        }

        var answer = await KeepAsync(of, now, ticket.Place.Epoch, most, renews ? "renews" : "asks", [(ticket.Place, how)])
            .ConfigureAwait(false);
        if (answer is not [var first, var at]) return AskOutcome.NotReady;
        var known = Of(ticket.Sale);
        if (first == 1 && (known.Remembered.Count < MaxRemembered || known.Remembered.ContainsKey(ticket.Place)))
            known.Remembered[ticket.Place] = (how, at);
        if (first >= 1) known.Asked = Math.Max(1, known.Asked);
        return first switch
        {
            1 or 2 => AskOutcome.Kept,
            0 => AskOutcome.TooMany,
            _ => AskOutcome.NotWaiting,
        };
    }

    /// <summary>Forgets how a shopper is called; false when Redis is not there.</summary>
    public async Task<bool> ForgetAsync(Ticket ticket)
    {
        if (line.Find(ticket.Sale) is not { Current: { } now } sale) return false;
        Of(ticket.Sale).Remembered.TryRemove(ticket.Place, out _);
        return await KeepAsync(sale, now, ticket.Place.Epoch, 0, "asks", [(ticket.Place, default)])
            .ConfigureAwait(false) is not null;
    }

    /// <summary>Takes what is to be told now; null when there is no line, or no answer of Redis.</summary>
    /// <param name="most">0 to take nothing, and keep what is to be told in order.</param>
    /// <param name="rooms">How many to take at the most for each service.</param>
    /// <param name="lease">What is taken, and not noted by then, is another edge's to tell.</param>
    /// <param name="awake">
    /// How long those who are awake have to come back to a line that was begun anew, before others are told.
    /// </param>
    /// <param name="isSoon">Whether it is soon the turn of a place that has so many ahead of it.</param>
    public async Task<DueCalls?> TakeAsync(
        Sale sale, int most, IReadOnlyCollection<(byte Service, int Most)> rooms, TimeSpan lease, TimeSpan awake,
        Func<LineBoard, long, bool> isSoon)
    {
        ArgumentNullException.ThrowIfNull(sale);
        ArgumentNullException.ThrowIfNull(rooms);
        ArgumentNullException.ThrowIfNull(isSoon);
        if (line.Find(sale.Id) is not { Current: { Board: var board } now } of) return null;
        var known = Of(sale.Id);
        if (known.Epoch != board.Epoch)
        {
            // Before it says again what it remembers, the edge reads who of these is to be forgotten.
            for (var hasMore = !known.Remembered.IsEmpty; hasMore;)
            {
                var read = await GoThroughAsync(of, board, known, 0, [], lease, awake, known.SoonTo, known.SoonTo, [])
                    .ConfigureAwait(false);
                if (read is null) return null;
                hasMore = (int)read[2] == 1;
            }

            if (!await AskAgainAsync(of, now, known).ConfigureAwait(false)) return null;
        }

        var from = known.SoonTo;
        var (first, to) = (Math.Max(from, board.Head), known.Asked > 0 ? SoonTo(sale, now, from, isSoon) : from);
        var soon = new List<RedisValue>();
        for (var rank = first + 1; rank <= to; rank++)
            soon.Add(new Place(board.Epoch, of.Ordering.NumberAt(sale, board.Shuffled, rank)).ToBytes());
        var answer = await GoThroughAsync(of, board, known, most, rooms, lease, awake, from, to, soon).ConfigureAwait(false);
        if (answer is null) return null;
        (known.Asked, known.SoonTo) = ((long)answer[0], (long)answer[1]);
        var calls = new List<DueCall>((answer.Length - ValuesBefore) / ValuesACall);
        for (var i = ValuesBefore; i < answer.Length; i += ValuesACall) calls.Add(Read(answer, i, now: (long)answer[5]));
        return new DueCalls(known.Asked, (int)answer[2] == 1 || to - first == MaxSoon, board.Edges, calls);
    }

    /// <summary>Runs <c>due.lua</c>, and forgets whom it says; null when there is no answer.</summary>
    private async Task<RedisResult?> GoThroughAsync(
        SaleLine of, LineBoard board, Known known, int most, IReadOnlyCollection<(byte Service, int Most)> rooms,
        TimeSpan lease, TimeSpan awake, long from, long to, IReadOnlyList<RedisValue> soon)
    {
        var keys = of.Keys;
        var answer = await redis.RunAsync(
            Script.Due,
            [
                keys.Line, keys.Admitted, keys.Asked, keys.ToTell, keys.Telling, keys.ToldTo, keys.Calls(board.Epoch),
                keys.Forgotten,
            ],
            [
                (long)board.Epoch, most, (long)lease.TotalMilliseconds, from, to, (long)awake.TotalMilliseconds,
                known.Remembered.IsEmpty ? -1 : known.ForgottenTo,
                rooms.Count, .. rooms.SelectMany(one => new RedisValue[] { (int)one.Service, one.Most }), .. soon,
            ]).OrNone();
        if (answer is null || answer.IsNull) return null;
        known.Forget((byte[])answer[4]!, (long)answer[3]);
        return answer;
    }

    /// <summary>Notes what has become of it; what is not noted is told once more.</summary>
    public async Task NoteAsync(SaleId sale, DueCall call, CallOutcome outcome)
    {
        byte[] member = [.. call.Place.ToBytes(), (byte)call.Reason, (byte)('0' + call.Try)];
        var word = outcome switch
        {
            CallOutcome.Told => "told",
            CallOutcome.Gone => "gone",
            CallOutcome.Rejected => "rejected",
            CallOutcome.PutBack => "back",
            _ => throw new ArgumentOutOfRangeException(nameof(outcome)),
        };
        await NoteAsync(sale, ["", member, word, call.SinceMs, call.Sealed]).ConfigureAwait(false);
    }

    /// <summary>How many this edge would tell a Redis that has lost all.</summary>
    internal int Remembers(SaleId sale) => Of(sale).Remembered.Count;

    /// <summary>Forgets all of a sale, now or in so many seconds; false when Redis is not there.</summary>
    public Task<bool> ForgetAllAsync(SaleId sale, int inSeconds)
    {
        Of(sale).Remembered.Clear();
        return NoteAsync(sale, [inSeconds]);
    }

    private async Task<bool> NoteAsync(SaleId sale, RedisValue[] values)
    {
        var keys = new LineKeys(sale);
        return await redis.RunAsync(
            Script.Told, [keys.Asked, keys.Telling, keys.ToTell, keys.ToldTo, keys.Forgotten], values).OrNone() is not null;
    }

    /// <summary>
    /// Up to which rank it is soon, a few more than before at a time; as before while that is not known.
    /// </summary>
    private static long SoonTo(Sale sale, SaleLine.Now now, long before, Func<LineBoard, long, bool> isSoon)
    {
        var (board, live) = (now.Board, now.Live);
        if (!LineOrdering.HasRanks(sale, board.Shuffled) || !isSoon(board, 0)) return before;
        var (least, most) = (0L, board.Waiting + board.Returning);
        while (least < most)
        {
            var middle = least + (most - least + 1) / 2;
            if (isSoon(board, middle)) least = middle;
            else most = middle - 1;
        }

        if (least < board.Returning) return before;
        var rank = live.RankOf(least - board.Returning + 1, board.Head, board.Next);
        return Math.Clamp(rank, before, Math.Max(before, board.Head) + MaxSoon);
    }

    /// <summary>
    /// What a Redis that was lost, or put back, may have lost; whoever was to be called has asked this edge.
    /// </summary>
    private async Task<bool> AskAgainAsync(SaleLine sale, SaleLine.Now now, Known known)
    {
        // Also the first time: they may have asked in an epoch that was lost before this edge had looked at it.
        foreach (var epoch in known.Remembered.GroupBy(one => one.Key.Epoch))
            foreach (var some in epoch.Chunk(MaxAgain))
            {
                (Place, ReadOnlyMemory<byte>)[] asked = [.. some.Select(one => (one.Key, one.Value.How))];
                if (await KeepAsync(sale, now, epoch.Key, int.MaxValue, "lost", asked).ConfigureAwait(false) is null) return false;
            }

        (known.Epoch, known.SoonTo) = (now.Board.Epoch, 0);
        known.Asked += known.Remembered.Count;
        return true;
    }

    private async Task<int[]?> KeepAsync(
        SaleLine sale, SaleLine.Now now, uint epoch, int most, string why,
        IReadOnlyList<(Place Place, ReadOnlyMemory<byte> How)> some)
    {
        List<RedisValue> values = [(long)now.Board.Epoch, most, (long)s_kept.TotalSeconds, why];
        foreach (var (place, how) in some) values.AddRange([place.ToBytes(), (long)place.Number, how]);
        var answer = await redis.RunAsync(
            Script.Ask,
            [sale.Keys.Line, sale.Keys.Asked, sale.Keys.Places(epoch), sale.Keys.ToldTo, sale.Keys.Admitted, sale.Keys.Forgotten],
            [.. values]).OrNone();
        return answer is null || answer.IsNull ? null : (int[])answer!;
    }

    private static DueCall Read(RedisResult answer, int at, long now)
    {
        var bytes = ((byte[])answer[at]!).AsSpan();
        return new DueCall(
            Place.Read(bytes), (CallReason)((string)answer[at + 1]!)[0], (int)answer[at + 2], (long)answer[at + 3],
            (long)answer[at + 4], now - (long)answer[at + 4], (byte[])answer[at + 5]!);
    }

    private Known Of(SaleId sale) => _sales.GetOrAdd(sale, _ => new Known());

    /// <summary>As this edge last heard; only the loop that takes relies on it.</summary>
    private sealed class Known
    {
        public uint Epoch { get; set; }

        public long SoonTo { get; set; }

        public long Asked { get; set; }

        /// <summary>And how long the string of the forgotten was when they asked: what it said before is not of this wish.</summary>
        public ConcurrentDictionary<Place, (ReadOnlyMemory<byte> How, long At)> Remembered { get; } = new();

        /// <summary>Up to where it is read.</summary>
        public long ForgottenTo { get; private set; }

        /// <summary>Some more of it was read: places of 8 bytes.</summary>
        public void Forget(ReadOnlySpan<byte> places, long upTo)
        {
            if (upTo < ForgottenTo)
                // It was begun anew, or is an older copy: of what it says all counts, so that nobody is called who would not be.
                foreach (var (place, wish) in Remembered) Remembered.TryUpdate(place, (wish.How, 0), wish);
            for (var at = 0; at + 8 <= places.Length; at += 8)
            {
                var place = Place.Read(places[at..]);
                if (Remembered.TryGetValue(place, out var wish) && wish.At <= upTo - places.Length + at)
                    Remembered.TryRemove(KeyValuePair.Create(place, wish));
            }

            ForgottenTo = upTo;
        }
    }
}

using System.Collections.Concurrent;

using FlashSale.Contract;

using StackExchange.Redis;

namespace FlashSale.Queue;

/// <summary>
/// Which places have moved to another device, and how often: a ticket that has moved less often is no more. Every edge
/// keeps what it has read, so that a poll is still answered from memory; what must not be a moment late is read on first.
/// A Redis that has lost it is told again, by the edges and by the tickets themselves.
/// </summary>
public sealed class PlaceMoves(ILineServer redis, Line line)
{
    private const int MoveBytes = Place.Bytes + 1;

    /// <summary>Told to Redis in a script call.</summary>
    private const int MaxTold = 500;

    /// <summary>As long as what is kept of those who asked to be called.</summary>
    private static readonly TimeSpan s_kept = TimeSpan.FromDays(7);

    private readonly ConcurrentDictionary<SaleId, Known> _sales = new();

    /// <summary>Whether the place has gone on with another ticket, as far as this edge knows.</summary>
    public bool HasMoved(in Ticket ticket)
    {
        // The ticket is signed: whatever it says is so, also when Redis has forgotten it.
        if (ticket.Moves > 0) Learn(ticket.Sale, ticket.Place, ticket.Moves);
        return _sales.TryGetValue(ticket.Sale, out var known) && !known.Places.IsEmpty
            && known.Places.TryGetValue(ticket.Place, out var moves) && moves > ticket.Moves;
    }

    /// <summary>The same, after what other edges have moved has been read; null when that cannot be read.</summary>
    public async ValueTask<bool?> HasMovedNowAsync(Ticket ticket)
    {
        if (HasMoved(ticket)) return true;
        return await ReadAsync(ticket.Sale).ConfigureAwait(false) ? HasMoved(ticket) : null;
    }

    /// <summary>How often a place has moved, as far as this edge knows.</summary>
    public byte Of(SaleId sale, Place place) =>
        _sales.TryGetValue(sale, out var known) ? known.Places.GetValueOrDefault(place) : (byte)0;

    /// <summary>
    /// Moves a place, once for what it had moved when the link was made: for the browser that did it as often as it asks, since it may
    /// not have heard the answer.
    /// </summary>
    /// <param name="moved">How often it had moved then.</param>
    /// <param name="visitor">The browser.</param>
    public async Task<MoveOutcome> MoveAsync(SaleId sale, Place place, byte moved, ShopperId visitor)
    {
        if (line.Find(sale) is not { Current: not null } of) return MoveOutcome.NotReady;
        if (!await ReadAsync(sale).ConfigureAwait(false)) return MoveOutcome.NotReady;
        if (moved == byte.MaxValue || Of(sale, place) > moved + 1) return MoveOutcome.Spent;
        var keys = of.Keys;
        var answer = await redis.RunAsync(
            Script.Move, [keys.Line, keys.Moved, keys.Moves, keys.Places(place.Epoch)],
            [place.ToBytes(), (long)place.Number, (long)moved, (long)s_kept.TotalSeconds, visitor.Value]).OrNone();
        if (answer is null || answer.IsNull) return MoveOutcome.NotReady;
        // It may be the answer of a Redis that was lost meanwhile: whichever is there now is told.
        if ((int)answer == 1) Learn(sale, place, (byte)(moved + 1));
        return (int)answer switch
        {
            1 => MoveOutcome.Moved,
            0 => MoveOutcome.Spent,
            _ => MoveOutcome.NotWaiting,
        };
    }

    /// <summary>Hears of what other edges have moved; false when there is no line, or no answer of Redis.</summary>
    public async Task<bool> ReadAsync(SaleId sale)
    {
        if (line.Find(sale) is not { Current: { Board: var board } } of) return false;
        var known = Of(sale);
        var reading = known.ReadingOf(board.Epoch);
        while (true)
        {
            var from = reading.To;
            var told = known.ToTell.Keys.Take(MaxTold).ToArray();
            List<RedisValue> values = [from, (long)s_kept.TotalSeconds];
            foreach (var place in told) values.AddRange([place.ToBytes(), (long)known.Places.GetValueOrDefault(place)]);
            var answer = await redis.RunAsync(Script.Moved, [of.Keys.Moved, of.Keys.Moves], [.. values]).OrNone();
            if (answer is null || answer.IsNull) return false;
            var moved = Read((byte[])answer[1]!);
            foreach (var (place, moves) in moved) See(known, place, moves);
            if (!known.HasRead(reading, (long)answer[0], told))
            {
                // Another line was begun meanwhile: this may have been the answer of the Redis before it.
                foreach (var (place, _) in moved) known.ToTell[place] = true;
                return false;
            }

            // Several read at a time, and may read the same twice: it is a number that only grows.
            if (reading.To == from && known.ToTell.IsEmpty) return true;
        }
    }

    private static List<(Place Place, byte Moves)> Read(ReadOnlySpan<byte> moves)
    {
        var read = new List<(Place, byte)>(moves.Length / MoveBytes);
        for (; moves.Length >= MoveBytes; moves = moves[MoveBytes..]) read.Add((Place.Read(moves), moves[Place.Bytes]));
        return read;
    }

    /// <summary>Not from what this Redis has of all moves: it is told.</summary>
    private void Learn(SaleId sale, Place place, byte moves)
    {
        var known = Of(sale);
        if (known.Places.TryGetValue(place, out var before) && before >= moves) return;
        See(known, place, moves);
        known.ToTell[place] = true;
    }

    private static void See(Known known, Place place, byte moves) =>
        known.Places.AddOrUpdate(place, moves, (_, before) => Math.Max(before, moves));

    private Known Of(SaleId sale) => _sales.GetOrAdd(sale, _ => new Known());

    /// <summary>
    /// Of a sale. Three moves at the most for each shopper who asked to be called by mail, which is how the places that
    /// are kept here are bounded.
    /// </summary>
    private sealed class Known
    {
        private readonly Lock _changing = new();
        private Reading _reading = new(0);

        public ConcurrentDictionary<Place, byte> Places { get; } = new();

        /// <summary>What this Redis may not know.</summary>
        public ConcurrentDictionary<Place, bool> ToTell { get; } = new();

        /// <summary>How far the moves of this line's Redis have been read.</summary>
        public Reading ReadingOf(uint epoch)
        {
            lock (_changing)
            {
                if (_reading.Epoch == epoch) return _reading;
                // A line that is begun anew is of a Redis that was lost, or put back.
                _reading = new Reading(epoch);
                foreach (var (place, _) in Places) ToTell[place] = true;
                return _reading;
            }
        }

        /// <summary>Notes how far it has been read now, and what it was told; false when another line was begun meanwhile.</summary>
        public bool HasRead(Reading reading, long to, IEnumerable<Place> told)
        {
            lock (_changing)
            {
                if (_reading != reading) return false;
                reading.To = to;
                foreach (var place in told) ToTell.TryRemove(place, out _);
                return true;
            }
        }
    }

    private sealed class Reading(uint epoch)
    {
        private long _to;

        public uint Epoch { get; } = epoch;

        /// <summary>In bytes.</summary>
        public long To
        {
            get => Interlocked.Read(ref _to);
            set => Interlocked.Exchange(ref _to, value);
        }
    }
}

namespace FlashSale.Queue;

/// <summary>
/// When each number was last seen at this edge, and when it was told to come back: 6 bytes a number, in chunks made when
/// first used. Of the first 4, the upper 24 bits are tenths of a second since the table was made (0 = never), the lower 8
/// how fast the ticket has been polling; the other 2 are how long until the next poll that was asked for: tenths of a second,
/// and beyond <see cref="ExactTenths"/> of them tens of seconds.
/// Races between two polls of one ticket lose one of them, which does no harm.
/// </summary>
internal sealed class SeenTable(TimeProvider clock)
{
    /// <summary>A ticket may poll this often at once, and 10 times a second for long.</summary>
    private const uint Burst = 200;
    private const int ChunkBits = 12;
    private const uint MaxTenths = (1 << 24) - 2;
    private const uint Gone = uint.MaxValue;
    private const ushort Called = ushort.MaxValue;

    /// <summary>Longer than an hour is told in tens of seconds, up to nearly four days.</summary>
    private const int ExactTenths = 36_000;
    private const int TenthsATen = 100;

    private readonly Lock _growing = new();
    private readonly long _start = clock.GetTimestamp();
    private volatile Part?[] _chunks = new Part?[16];

    /// <summary>Marks a number as seen now and counts the poll; false when it polls too often.</summary>
    public bool TrySee(uint number)
    {
        ref var entry = ref Entry(number);
        var now = Now;
        var before = entry;
        if (before == Gone) return true;
        var passed = now - Math.Min(now, before >> 8);
        var level = before & 0xff;
        level -= Math.Min(level, passed);
        var allowed = level < Burst;
        entry = (now << 8) | (allowed ? level + 1 : level);
        // Until the answer is told, how long the poll before was told counts no more.
        if (allowed) Tell(number, 0);
        return allowed;
    }

    /// <summary>Marks a number as seen now.</summary>
    public void See(uint number)
    {
        ref var entry = ref Entry(number);
        var before = entry;
        var now = Now;
        if (before == Gone || before >> 8 == now) return;
        var level = before & 0xff;
        entry = (now << 8) | (level - Math.Min(level, now - Math.Min(now, before >> 8)));
    }

    /// <summary>The place has been given up at this edge.</summary>
    public void Forget(uint number) => Entry(number) = Gone;

    /// <summary>The shopper has been told when to poll next.</summary>
    public void Tell(uint number, int nextPollMs)
    {
        ref var told = ref (Chunk(number) ?? Grow(number)).Told[Offset(number)];
        if (told != Called) told = Shortened(nextPollMs);
    }

    /// <summary>The shopper has been told of the turn, or of what became of it.</summary>
    public void Call(uint number) => (Chunk(number) ?? Grow(number)).Told[Offset(number)] = Called;

    public bool WasCalled(uint number) => Chunk(number) is { } chunk && chunk.Told[Offset(number)] == Called;

    public bool IsForgotten(uint number) => Chunk(number) is { } chunk && chunk.Seen[Offset(number)] == Gone;

    /// <summary>The first number from that one on that was ever seen, or given up; beyond <paramref name="to"/> when none was.</summary>
    public long FirstSeen(long from, long to)
    {
        while (from <= to)
        {
            var offset = Offset((uint)from);
            var count = (int)Math.Min(to - from + 1, (1 << ChunkBits) - offset);
            var at = Chunk((uint)from) is { } chunk ? chunk.Seen.AsSpan(offset, count).IndexOfAnyExcept(0u) : -1;
            if (at >= 0) return from + at;
            from += count;
        }

        return from;
    }

    /// <summary>How long ago a number was seen, in ms, or -1 for never.</summary>
    public long AgeMs(uint number)
    {
        if (Chunk(number) is not { } chunk) return -1;
        var entry = chunk.Seen[Offset(number)];
        if (entry is 0 or Gone) return -1;
        var now = Now;
        return (now - Math.Min(now, entry >> 8)) * 100L;
    }

    /// <summary>How long until the next poll it was told, of the last one, in ms.</summary>
    public long ToldMs(uint number) =>
        Chunk(number)?.Told[Offset(number)] is { } told and not Called ? Lengthened(told) : 0;

    /// <summary>Rounded up: nobody is expected sooner than told.</summary>
    private static ushort Shortened(int ms)
    {
        var tenths = (ms + 99L) / 100;
        return (ushort)(tenths <= ExactTenths
            ? tenths : Math.Min(Called - 1, ExactTenths + (tenths - ExactTenths + TenthsATen - 1) / TenthsATen));
    }

    private static long Lengthened(ushort told) =>
        100L * (told <= ExactTenths ? told : ExactTenths + (told - ExactTenths) * TenthsATen);

    /// <summary>No number beyond this one was ever seen.</summary>
    public long Last
    {
        get
        {
            var chunks = _chunks;
            for (var i = chunks.Length - 1; i >= 0; i--)
                if (chunks[i] is not null) return ((long)(i + 1) << ChunkBits) - 1;
            return 0;
        }
    }

    /// <summary>
    /// Each number that was seen, is not given up nor called, and is not overdue: a quarter of what it was told, four seconds
    /// at least and thirty at the most.
    /// </summary>
    public void EachLive(Action<uint> live)
    {
        ArgumentNullException.ThrowIfNull(live);
        var (now, chunks) = (Now, _chunks);
        for (var c = 0; c < chunks.Length; c++)
        {
            if (chunks[c] is not { } chunk) continue;
            for (var i = 0; i < chunk.Seen.Length; i++)
            {
                var (entry, told) = (chunk.Seen[i], chunk.Told[i]);
                if (entry is 0 or Gone || told == Called) continue;
                var toldTenths = Lengthened(told) / 100;
                if (now <= (entry >> 8) + toldTenths + Math.Clamp(toldTenths / 4, 40, 300)) live((uint)(c << ChunkBits) + (uint)i);
            }
        }
    }

    private uint Now => (uint)Math.Min(MaxTenths, clock.GetElapsedTime(_start).TotalMilliseconds / 100 + 1);

    private static int Offset(uint number) => (int)(number & ((1 << ChunkBits) - 1));

    private Part? Chunk(uint number)
    {
        var chunks = _chunks;
        var index = number >> ChunkBits;
        return index < chunks.Length ? chunks[index] : null;
    }

    private ref uint Entry(uint number) => ref (Chunk(number) ?? Grow(number)).Seen[Offset(number)];

    private Part Grow(uint number)
    {
        lock (_growing)
        {
            var index = (int)(number >> ChunkBits);
            var chunks = _chunks;
            if (index >= chunks.Length)
            {
                Array.Resize(ref chunks, Math.Max(index + 1, chunks.Length * 2));
                _chunks = chunks;
            }

            return chunks[index] ??= new Part();
        }
    }

    private sealed class Part
    {
        public uint[] Seen { get; } = new uint[1 << ChunkBits];

        public ushort[] Told { get; } = new ushort[1 << ChunkBits];
    }
}

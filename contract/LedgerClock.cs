namespace FlashSale.Contract;

/// <summary>
/// The database's clock as the other services see it. Every service decides starts, ends and redeem-bys by it, so that a
/// wrong clock on a machine cannot open a sale early. Before the first answer it is the machine's clock.
/// <para>
/// An answer's <c>asOf</c> was read between the question and its arrival, which bounds the database's clock from both
/// sides. The clock is moved only when it lies outside of these bounds, and then no further than into them: forward at
/// once; back (the two machines' clocks drift apart) by standing still until it is right. So it never hands out a
/// smaller time than before, unless the database's clock itself was set back.
/// </para>
/// </summary>
public sealed class LedgerClock : TimeProvider
{
    /// <summary>Further back than this is no drift: the database's clock was set, and this one follows.</summary>
    private static readonly TimeSpan s_setBack = TimeSpan.FromSeconds(1);

    /// <summary><c>UTC_TIMESTAMP(3)</c> cuts off what is finer.</summary>
    private static readonly TimeSpan s_resolution = TimeSpan.FromMilliseconds(1);

    private readonly TimeProvider _machine;
    private readonly long _origin;
    private readonly Lock _gate = new();
    private volatile Reading? _reading;
    private volatile bool _isSet;

    public LedgerClock(TimeProvider machine)
    {
        ArgumentNullException.ThrowIfNull(machine);
        (_machine, _origin) = (machine, machine.GetTimestamp());
        _reading = new Reading(machine.GetUtcNow().UtcTicks, NotBefore: 0);
    }

    /// <summary>True once the ledger has told the time.</summary>
    public bool IsSet => _isSet;

    public override long TimestampFrequency => _machine.TimestampFrequency;

    /// <summary>A timestamp, a barrier, a read and an addition: cheap enough to be asked several times in a poll.</summary>
    public override DateTimeOffset GetUtcNow()
    {
        // First the elapsed time, then the reading: see Set. Reading a timestamp is no access to memory, so only a full
        // barrier keeps the two in order.
        var elapsed = Elapsed(_machine.GetTimestamp());
        Interlocked.MemoryBarrier();
        return new DateTimeOffset((_reading ?? Settled()).At(elapsed), TimeSpan.Zero);
    }

    public override long GetTimestamp() => _machine.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        _machine.CreateTimer(callback, state, dueTime, period);

    /// <summary>Takes the ledger's time from an answer that has just arrived.</summary>
    /// <param name="askedAt"><see cref="GetTimestamp"/> before the question was sent.</param>
    public void Set(DateTimeOffset asOf, long askedAt)
    {
        lock (_gate)
        {
            var least = asOf.UtcTicks - Elapsed(_machine.GetTimestamp());
            var most = asOf.UtcTicks + s_resolution.Ticks - Elapsed(askedAt);
            var now = _reading!;
            if (!_isSet) _reading = new Reading(least, NotBefore: 0);
            else if (now.Offset < least) _reading = now with { Offset = least };
            else if (now.Offset - most > s_setBack.Ticks) _reading = new Reading(most, NotBefore: 0);
            else if (now.Offset > most)
            {
                // Who took the old reading had read the elapsed time before: no later than what is read after this line.
                _reading = null;
                Interlocked.MemoryBarrier();
                _reading = new Reading(most, now.At(Elapsed(_machine.GetTimestamp())));
            }

            _isSet = true;
        }
    }

    /// <summary>The reading is being replaced by one that is behind it: a matter of nanoseconds.</summary>
    private Reading Settled()
    {
        lock (_gate) return _reading!;
    }

    private long Elapsed(long timestamp) => _machine.GetElapsedTime(_origin, timestamp).Ticks;

    /// <param name="Offset">What the database's clock showed at the origin, in ticks.</param>
    /// <param name="NotBefore">What has been handed out, in ticks: nothing smaller may be.</param>
    private sealed record Reading(long Offset, long NotBefore)
    {
        public long At(long elapsed) => Math.Max(NotBefore, Offset + elapsed);
    }
}

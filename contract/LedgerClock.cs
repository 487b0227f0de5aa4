namespace FlashSale.Contract;

/// <summary>
/// The database's clock as the other services see it: the last <c>asOf</c> plus the time that has passed since. Every
/// service decides starts, ends and redeem-bys by it, so that a wrong clock on a machine cannot open a sale early.
/// Before the first answer it is the machine's clock.
/// </summary>
public sealed class LedgerClock(TimeProvider machine) : TimeProvider
{
    private readonly Lock _gate = new();
    private TimeSpan _offset;

    /// <summary>True once the ledger has told the time.</summary>
    public bool IsSet { get; private set; }

    public override DateTimeOffset GetUtcNow() => machine.GetUtcNow() + Offset;

    public override long GetTimestamp() => machine.GetTimestamp();

    public override long TimestampFrequency => machine.TimestampFrequency;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        machine.CreateTimer(callback, state, dueTime, period);

    /// <summary>How far the ledger is ahead of this machine.</summary>
    public TimeSpan Offset
    {
        get { lock (_gate) return _offset; }
    }

    /// <summary>Takes the ledger's time from an answer that has just arrived.</summary>
    public void Set(DateTimeOffset asOf)
    {
        lock (_gate)
        {
            _offset = asOf - machine.GetUtcNow();
            IsSet = true;
        }
    }
}

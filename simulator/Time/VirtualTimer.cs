namespace FlashSale.Simulator.Time;

/// <summary>A timer of a process in virtual time.</summary>
internal sealed class VirtualTimer(SimulatedProcess process, TimerCallback callback, object? state) : ITimer, IHappening
{
    private const long Never = long.MaxValue;

    /// <summary>What was planned before the last change happens before that time, or when there is none any more.</summary>
    private long _due = Never;
    private TimeSpan _period;

    public bool Change(TimeSpan dueTime, TimeSpan period)
    {
        (_due, _period) = (Never, period);
        if (dueTime == Timeout.InfiniteTimeSpan) return true;
        _due = process.Time.Now + dueTime.Ticks;
        process.Time.In(dueTime.Ticks, this, process);
        return true;
    }

    public void Dispose() => _due = Never;

    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    public void Happen()
    {
        if (process.Time.Now < _due) return;
        _due = Never;
        if (_period > TimeSpan.Zero) Change(_period, _period);
        callback(state);
    }
}

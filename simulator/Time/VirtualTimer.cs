namespace FlashSale.Simulator.Time;

/// <summary>A timer of a process in virtual time.</summary>
internal sealed class VirtualTimer(SimulatedProcess process, TimerCallback callback, object? state) : ITimer
{
    /// <summary>The one that counts: what was planned before the last change happens to nobody.</summary>
    private Ring? _next;

    public bool Change(TimeSpan dueTime, TimeSpan period)
    {
        _next = null;
        if (dueTime == Timeout.InfiniteTimeSpan) return true;
        _next = new Ring(this, period);
        process.Time.In(dueTime.Ticks, _next, process);
        return true;
    }

    public void Dispose() => _next = null;

    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    private void Call() => callback(state);

    private sealed class Ring(VirtualTimer timer, TimeSpan period) : IHappening
    {
        public void Happen()
        {
            if (timer._next != this) return;
            timer._next = null;
            if (period > TimeSpan.Zero) timer.Change(period, period);
            timer.Call();
        }
    }
}

namespace FlashSale.Simulator.Time;

/// <summary>
/// A process as the time sees it, and the clock of its machine. What should happen to it while it is paused happens when it
/// goes on; to a dead one nothing happens any more. One that is started again is another.
/// </summary>
/// <param name="clockErrorMs">How far the machine's clock is off; timestamps are right.</param>
internal sealed class SimulatedProcess(VirtualTime time, long clockErrorMs) : TimeProvider
{
    /// <summary>The machine has been up for a day: a timestamp of 0 is long ago.</summary>
    private const long UpSince = TimeSpan.TicksPerDay;

    private readonly long _utcOffset = Scenario.Epoch.UtcTicks + clockErrorMs * TimeSpan.TicksPerMillisecond;
    private readonly Queue<IHappening> _heldBack = new();
    private readonly List<Action> _calls = [];

    public VirtualTime Time => time;

    public bool IsAlive { get; private set; } = true;

    public bool IsPaused { get; private set; }

    public bool IsRunning => IsAlive && !IsPaused;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => UpSince + time.Now;

    public override DateTimeOffset GetUtcNow() => new(_utcOffset + time.Now, TimeSpan.Zero);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new VirtualTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    public void Pause() => IsPaused = IsAlive;

    public void Resume()
    {
        if (!IsPaused) return;
        IsPaused = false;
        while (_heldBack.TryDequeue(out var what)) time.In(0, what, this);
    }

    public void Die()
    {
        (IsAlive, IsPaused) = (false, false);
        _heldBack.Clear();
        foreach (var cut in _calls) cut();
        _calls.Clear();
    }

    /// <summary>Someone waits for this process.</summary>
    /// <param name="cut">Called when it dies; it makes nothing happen at once.</param>
    public void Serves(Action cut) => _calls.Add(cut);

    public void HasServed(Action cut) => _calls.Remove(cut);

    /// <summary>True when it may happen now; otherwise it has been held back, or dropped.</summary>
    public bool Takes(IHappening what)
    {
        if (IsPaused) _heldBack.Enqueue(what);
        return IsRunning;
    }
}

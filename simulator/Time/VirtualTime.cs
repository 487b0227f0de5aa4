using FlashSale.Contract;

namespace FlashSale.Simulator.Time;

/// <summary>
/// The time of a run and what will happen in it, one thing after the other on one thread: by time, and of things of the same
/// time the one first that was planned first. Nothing in a run may reach the pool.
/// </summary>
internal sealed class VirtualTime : OneThread
{
    private readonly EventQueue _queue = new();

    /// <summary>Ticks of true time (100 ns) since <see cref="Scenario.Epoch"/>.</summary>
    public long Now { get; private set; }

    public long NowMs => Now / TimeSpan.TicksPerMillisecond;

    /// <summary>What has happened so far.</summary>
    public long Happened { get; private set; }

    /// <summary>The first thing that went wrong in a task that nobody waits for.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>Plans something.</summary>
    /// <param name="ticks">From now.</param>
    /// <param name="owner">To which it happens: not while it is paused, and not once it is dead.</param>
    public void In(long ticks, IHappening what, SimulatedProcess? owner = null) =>
        _queue.Add(Now + Math.Max(0, ticks), what, owner);

    /// <summary>Plans something at a time in ms.</summary>
    public void At(long ms, Action what) =>
        _queue.Add(Math.Max(Now, ms * TimeSpan.TicksPerMillisecond), new Doing(what), owner: null);

    /// <summary>Lets happen what is planned until then, and what follows from it.</summary>
    public void RunUntil(long ms) => Enter(() =>
    {
        var end = ms * TimeSpan.TicksPerMillisecond;
        while (Failure is null && _queue.TryTake(end, out var next))
        {
            Now = Math.Max(Now, next.At);
            if (next.Owner is { } owner && !owner.Takes(next.What)) continue;
            Happened++;
            next.What.Happen();
        }

        Now = Math.Max(Now, end);
    });

    /// <summary>Completes after that time.</summary>
    /// <param name="owner">As for <see cref="In"/>: it never completes for who is dead.</param>
    public Task DelayAsync(long ticks, SimulatedProcess? owner = null)
    {
        var turn = new Turn();
        In(ticks, turn, owner);
        return turn.Task;
    }

    /// <inheritdoc />
    public override Task YieldAsync() => DelayAsync(0);

    /// <summary>Starts what nobody waits for; if it fails, the run does.</summary>
    public async void Start(Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (Exception error)
        {
            Failure ??= error;
        }
    }

    private sealed class Turn : TaskCompletionSource, IHappening
    {
        public void Happen() => SetResult();
    }
}

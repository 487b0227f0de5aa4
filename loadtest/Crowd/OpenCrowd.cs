namespace FlashSale.LoadTest.Crowd;

/// <summary>
/// Many walkers who arrive at their own times, whether or not the system keeps up (open loop): a slow answer
/// delays
/// nobody else's request, and latency counts from when a request was meant to be made. Who waits is an entry
/// in one
/// queue ordered by the next request's time.
/// </summary>
/// <remarks>Who waits has no task and no timer, which would cost more memory than the journey itself.</remarks>
/// <param name="arrive">Makes the n-th walker, when it arrives.</param>
/// <param name="mostMoving">Walkers with a request under way at once. More wait here, which shows as send lag, and not
/// unseen in the HTTP client for a connection.</param>
public sealed class OpenCrowd(
    Func<int, IWalker> arrive, CrowdTally tally, TimeProvider clock, int mostMoving = OpenCrowd.MostMoving)
{
    private const int MostMoving = 4_096;

    /// <summary>How exactly a request's time is kept; what is missing shows as send lag.</summary>
    private static readonly TimeSpan s_tick = TimeSpan.FromMilliseconds(1);

    private readonly PriorityQueue<Walk, long> _waiting = new();
    private readonly Lock _gate = new();
    private int _here;
    private int _moving;
    private Exception? _error;

    /// <summary>Everyone who has arrived and not come to an end.</summary>
    public int Here => Volatile.Read(ref _here);

    /// <summary>
    /// After a cancelled run: who had not come to an end, and when the next request was, or had been, meant to be made.
    /// </summary>
    public IEnumerable<(IWalker Walker, long Due)> Left =>
        _waiting.UnorderedItems.Select(item => (item.Element.Walker, item.Element.Due));

    /// <summary>Sends everyone; returns when everyone has come to an end.</summary>
    /// <param name="arrivals">When each arrives, from now; ascending.</param>
    /// <exception cref="OperationCanceledException">Some were still on their way; none of them moves any
    /// more.</exception>
    public async Task RunAsync(IReadOnlyList<TimeSpan> arrivals, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(arrivals);
        var begun = clock.GetTimestamp();
        var next = 0;
        try
        {
            while ((next < arrivals.Count || Here > 0) && _error is null)
            {
                cancel.ThrowIfCancellationRequested();
                var now = clock.GetTimestamp();
                for (; next < arrivals.Count && At(begun, arrivals[next]) <= now && HasRoom; next++)
                {
                    Interlocked.Increment(ref _here);
                    Start(new Walk(this, arrive(next), cancel), At(begun, arrivals[next]));
                }
                while (HasRoom && Due(now) is { } walk) Start(walk, walk.Due);
                await Task.Delay(s_tick, clock, cancel).ConfigureAwait(false);
            }
        }
        finally
        {
            // Requests under way end by their own time limit or by the cancellation; nobody is left behind.
            while (Volatile.Read(ref _moving) > 0)
                await Task.Delay(s_tick, TimeProvider.System, CancellationToken.None).ConfigureAwait(false);
        }
        if (_error is not null) throw new InvalidOperationException($"the crowd broke: {_error.Message}", _error);
    }

    private bool HasRoom => Volatile.Read(ref _moving) < mostMoving;

    private long At(long from, TimeSpan later) => from + (long)(later.TotalSeconds * clock.TimestampFrequency);

    private Walk? Due(long now)
    {
        lock (_gate)
        {
            return _waiting.TryPeek(out var walk, out var due) && due <= now ? _waiting.Dequeue() : null;
        }
    }

    private void Start(Walk walk, long due)
    {
        walk.Due = due;
        Interlocked.Increment(ref _moving);
        ThreadPool.UnsafeQueueUserWorkItem(walk, preferLocal: false);
    }

    private sealed class Walk(OpenCrowd crowd, IWalker walker, CancellationToken cancel) : IThreadPoolWorkItem
    {
        public long Due { get; set; }

        public IWalker Walker => walker;

        /// <summary>The crowd counts who moves, and waits for them at the end.</summary>
        public void Execute() => _ = MoveAsync();

        private async Task MoveAsync()
        {
            try
            {
                crowd.CountLag(Due);
                while (true)
                {
                    cancel.ThrowIfCancellationRequested();
                    var pause = await walker.StepAsync(Due, cancel).ConfigureAwait(false);
                    if (walker.Ending is { } ending)
                    {
                        crowd.Count(ending);
                        return;
                    }
                    Due = crowd.At(crowd.Now(), pause);
                    if (pause > TimeSpan.Zero) break;
                }
                crowd.Wait(this);
            }
            catch (OperationCanceledException) when (cancel.IsCancellationRequested)
            {
                // The run is over; see Left.
                crowd.Wait(this);
            }
            catch (Exception error)
            {
                // Told by the run, as soon as everyone stands still.
                Interlocked.CompareExchange(ref crowd._error, error, null);
            }
            finally
            {
                Interlocked.Decrement(ref crowd._moving);
            }
        }
    }

    private long Now() => clock.GetTimestamp();

    private void CountLag(long due) => tally.RecordLag(clock.GetElapsedTime(due));

    private void Count(Ending ending)
    {
        // In this order: whoever sees the ending counted finds nobody here who has ended.
        Interlocked.Decrement(ref _here);
        tally.CountEnding(ending);
    }

    private void Wait(Walk walk)
    {
        lock (_gate) _waiting.Enqueue(walk, walk.Due);
    }
}

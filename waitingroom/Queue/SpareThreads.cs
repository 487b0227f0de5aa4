namespace FlashSale.Queue;

/// <summary>
/// More threads of the pool while a node of Redis is away. Its client asks the others who leads now by calls that block a thread each
/// until they are answered, and on a machine of two cores the pool begins with two threads and adds one or two a second: in a
/// failover everything that the process does stood still for up to three seconds, with sixteen for a quarter of one. Not lent for
/// good, since on few cores more threads than cores are in each other's way.
/// </summary>
/// <param name="read">How many threads the pool starts at once when there is work for them.</param>
/// <param name="set">Sets that.</param>
public sealed class SpareThreads(TimeProvider clock, Func<int> read, Action<int> set)
{
    /// <summary>At the least while they are lent: more than the client blocks at a time.</summary>
    public const int Least = 16;

    /// <summary>After a node has gone: its client says so once, however long it stays away.</summary>
    public static readonly TimeSpan Lent = TimeSpan.FromMinutes(5);

    private readonly Lock _gate = new();
    private ITimer? _until;
    private int _before;

    /// <summary>The pool is the process's, and so is this.</summary>
    public static SpareThreads OfProcess { get; } = new(TimeProvider.System, Read, Set);

    /// <summary>A node is away.</summary>
    public void Lend()
    {
        lock (_gate)
        {
            if (_until is null)
            {
                _before = read();
                if (_before >= Least) return;
                set(Least);
                _until = clock.CreateTimer(_ => GiveBack(), null, Lent, Timeout.InfiniteTimeSpan);
            }
            else
            {
                _until.Change(Lent, Timeout.InfiniteTimeSpan);
            }
        }
    }

    private void GiveBack()
    {
        lock (_gate)
        {
            _until?.Dispose();
            _until = null;
            // Unless somebody has set another number meanwhile.
            if (read() == Least) set(_before);
        }
    }

    private static int Read()
    {
        ThreadPool.GetMinThreads(out var threads, out _);
        return threads;
    }

    private static void Set(int threads)
    {
        ThreadPool.GetMinThreads(out _, out var ports);
        ThreadPool.SetMinThreads(threads, ports);
    }
}

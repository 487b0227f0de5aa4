using System.Globalization;

namespace FlashSale.Tests.Support;

/// <summary>
/// How long a busy machine has kept the slowest of several waiting for a processor, so that a promise in seconds can be held
/// to on any machine: each thread of the given processes, by what the kernel counts as its waiting to run, and this process,
/// by what its timers came too late. The longest wait and not their sum: many threads wait at the same time, and an
/// allowance that outgrows what it is taken from would allow everything.
/// </summary>
internal sealed class ProcessorWait
{
    private static readonly TimeSpan s_beat = TimeSpan.FromMilliseconds(20);

    private readonly int[] _pids;
    private readonly Dictionary<string, long> _before;
    private readonly Task<TimeSpan> _late;
    private volatile bool _stopped;

    public ProcessorWait(params int[] pids)
    {
        _pids = pids;
        _before = Waited();
        _late = LateAsync();
    }

    /// <summary>Since the start; never more than has passed.</summary>
    public async Task<TimeSpan> StopAsync()
    {
        _stopped = true;
        var late = await _late;
        var waited = Waited().Max(thread => (long?)(thread.Value - _before.GetValueOrDefault(thread.Key))) ?? 0;
        return TimeSpan.FromTicks(Math.Max(late.Ticks, waited / TimeSpan.NanosecondsPerTick));
    }

    private async Task<TimeSpan> LateAsync()
    {
        var late = TimeSpan.Zero;
        while (!_stopped)
        {
            var from = TimeProvider.System.GetTimestamp();
            await Task.Delay(s_beat);
            var over = TimeProvider.System.GetElapsedTime(from) - 2 * s_beat;
            if (over > TimeSpan.Zero) late += over;
        }

        return late;
    }

    /// <summary>Nanoseconds by thread.</summary>
    private Dictionary<string, long> Waited() =>
        _pids.SelectMany(pid => Directory.GetDirectories($"/proc/{pid}/task")).ToDictionary(thread => thread, Waited);

    /// <summary>The second number of a thread's schedstat, in nanoseconds.</summary>
    private static long Waited(string thread)
    {
        try
        {
            return long.Parse(File.ReadAllText($"{thread}/schedstat").Split(' ')[1], CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return 0; // The thread has ended meanwhile.
        }
    }
}

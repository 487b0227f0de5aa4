using System.Globalization;

namespace FlashSale.Tests.Support;

/// <summary>
/// How long a busy machine has kept processes waiting for a processor, so that a promise in seconds can be held to on any
/// machine: what the kernel counts as waiting to run for the given processes, and what this one's timers came too late.
/// </summary>
internal sealed class Starvation
{
    private static readonly TimeSpan s_beat = TimeSpan.FromMilliseconds(20);

    private readonly int[] _pids;
    private readonly TimeSpan _before;
    private readonly Task<TimeSpan> _late;
    private volatile bool _stopped;

    public Starvation(params int[] pids)
    {
        _pids = pids;
        _before = Waited();
        _late = LateAsync();
    }

    /// <summary>Since the start.</summary>
    public async Task<TimeSpan> StopAsync()
    {
        _stopped = true;
        var late = await _late;
        return Waited() - _before + late;
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

    private TimeSpan Waited() =>
        TimeSpan.FromMicroseconds(_pids.SelectMany(pid => Directory.GetDirectories($"/proc/{pid}/task")).Sum(Waited) / 1000.0);

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

using System.ComponentModel;
using System.Diagnostics;

namespace FlashSale.Local;

/// <summary>Restarts every child that dies, at once the first time, and less often when it keeps dying.</summary>
/// <param name="changed">Called after a restart, when pids have changed.</param>
public sealed class Supervisor(Func<CancellationToken, Task> changed) : IAsyncDisposable
{
    /// <summary>Who lived this long has started well.</summary>
    private static readonly TimeSpan s_settled = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_firstPause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan s_longestPause = TimeSpan.FromSeconds(5);

    private readonly List<Watched> _children = [];
    private readonly List<Task> _loops = [];
    private readonly CancellationTokenSource _stop = new();

    /// <summary>Starts it and looks after it from then on.</summary>
    public async Task StartAsync(Watched child, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(child);
        child.Process = await child.Start(cancel);
        lock (_loops)
        {
            _children.Add(child);
            _loops.Add(WatchAsync(child));
        }
    }

    /// <summary>Ends every child, group by group.</summary>
    public async Task StopAsync(params IReadOnlyList<Watched>[] order)
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_loops);
        foreach (var group in order)
            await Task.WhenAll(group.Select(child => child.Process?.StopAsync(child.Patience) ?? Task.CompletedTask));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var child in _children) await child.Process!.DisposeAsync();
        _stop.Dispose();
    }

    private async Task WatchAsync(Watched child)
    {
        var pause = s_firstPause;
        var started = Stopwatch.GetTimestamp();
        try
        {
            while (true)
            {
                await child.Process!.Exited.WaitAsync(_stop.Token);
                child.Deaths++;
                pause = Stopwatch.GetElapsedTime(started) > s_settled ? s_firstPause : Longer(pause);
                Say($"{child.Name} ended; it starts again");
                await Task.Delay(pause, _stop.Token);
                started = Stopwatch.GetTimestamp();
                await TryStartAsync(child);
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The system ends: StopAsync takes the child from here.
        }
    }

    private async Task TryStartAsync(Watched child)
    {
        try
        {
            child.Process = await child.Start(_stop.Token);
            await changed(_stop.Token);
        }
        catch (Exception error) when (error is InvalidOperationException or IOException or Win32Exception)
        {
            Say($"{child.Name} could not start: {error.Message}");
        }
    }

    private static TimeSpan Longer(TimeSpan pause) => pause * 2 < s_longestPause ? pause * 2 : s_longestPause;

    private static void Say(string what) => Console.WriteLine($"{TimeProvider.System.GetLocalNow():HH:mm:ss} {what}");
}

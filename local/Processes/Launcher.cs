using System.Collections.Concurrent;
using System.Diagnostics;

namespace FlashSale.Local.Processes;

/// <summary>
/// Starts every child on one thread that lives as long as the process: the kernel's parent-death signal follows the
/// *thread* that forked, and a thread of the pool may end at any time.
/// </summary>
internal static class Launcher
{
    private static readonly BlockingCollection<Action> s_work = StartThread();

    public static Task<Process> StartAsync(ProcessStartInfo info)
    {
        var started = new TaskCompletionSource<Process>(TaskCreationOptions.RunContinuationsAsynchronously);
        s_work.Add(() =>
        {
            try
            {
                started.SetResult(Process.Start(info)!);
            }
            catch (System.ComponentModel.Win32Exception error)
            {
                started.SetException(error);
            }
        });
        return started.Task;
    }

    private static BlockingCollection<Action> StartThread()
    {
        var work = new BlockingCollection<Action>();
        new Thread(() =>
        {
            foreach (var start in work.GetConsumingEnumerable()) start();
        })
        { IsBackground = true, Name = "children" }.Start();
        return work;
    }
}

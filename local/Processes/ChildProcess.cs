using System.Diagnostics;

namespace FlashSale.Local.Processes;

/// <summary>
/// A child that cannot outlive this process: the kernel kills it when we die, however we die. It runs in its own
/// session, so a Ctrl-C in the terminal reaches only us and the children are ended in order.
/// </summary>
public sealed class ChildProcess : IAsyncDisposable
{
    /// <summary>The lines of a log that a failure shows.</summary>
    private const int TailLines = 15;

    private readonly Process _process;
    private readonly ChildStart _start;

    private ChildProcess(Process process, ChildStart start)
    {
        _process = process;
        _start = start;
        Pid = process.Id;
        Exited = process.WaitForExitAsync(CancellationToken.None);
    }

    public int Pid { get; }

    /// <summary>Completes when the process has ended.</summary>
    public Task Exited { get; }

    public bool HasExited => Exited.IsCompleted;

    /// <summary>How it ended; null while it runs.</summary>
    public int? ExitCode => HasExited ? _process.ExitCode : null;

    public static async Task<ChildProcess> StartAsync(ChildStart start)
    {
        ArgumentNullException.ThrowIfNull(start);
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(start.LogFile))!);
        var info = StartInfo(start);
        foreach (var (name, value) in start.Environment ?? new Dictionary<string, string>())
            info.Environment[name] = value;
        return new ChildProcess(await Launcher.StartAsync(info), start);
    }

    /// <summary>Asks it to end (SIGTERM), waits up to <paramref name="patience"/>, then kills it.</summary>
    public async Task StopAsync(TimeSpan patience)
    {
        if (!HasExited) Signals.Terminate(Pid);
        try
        {
            await Exited.WaitAsync(patience);
        }
        catch (TimeoutException)
        {
            _process.Kill();
            await Exited;
        }
    }

    /// <summary>Ends it at once (SIGKILL).</summary>
    public async Task KillAsync()
    {
        if (!HasExited) _process.Kill();
        await Exited;
    }

    /// <summary>The end of its log, for the message of a failure: without stack traces, which would fill it.</summary>
    public string LogTail() => File.Exists(_start.LogFile)
        ? string.Join('\n', File.ReadLines(_start.LogFile)
            .Where(line => !line.StartsWith("   at ", StringComparison.Ordinal)).TakeLast(TailLines))
        : "(no log)";

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _process.Dispose();
    }

    /// <summary>
    /// setsid, setpriv and sh each exec the next, so the pid is the program's own. Where the tools are missing (not
    /// Linux) a child may survive a killed parent.
    /// </summary>
    private static ProcessStartInfo StartInfo(ChildStart start)
    {
        string[] wrapper = Programs.Find("setsid") is { } setsid && Programs.Find("setpriv") is { } setpriv
            ? [setsid, setpriv, "--pdeathsig", "KILL", "--"]
            : [];
        string[] command =
        [
            .. wrapper, "/bin/sh", "-c", "log=$1; shift; exec \"$@\" >>\"$log\" 2>&1 </dev/null", "sh",
            start.LogFile, start.File, .. start.Arguments,
        ];
        return new ProcessStartInfo(command[0], command[1..]) { UseShellExecute = false };
    }
}

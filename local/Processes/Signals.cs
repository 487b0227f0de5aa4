using System.Runtime.InteropServices;

namespace FlashSale.Local.Processes;

/// <summary>kill(2), for what .NET's Process cannot send. Each says whether there was such a process.</summary>
public static partial class Signals
{
    private const int Sigkill = 9;
    private const int Sigterm = 15;
    private const int Sigcont = 18;
    private const int Sigstop = 19;

    /// <summary>Asks a process to end; nothing happens when it has ended.</summary>
    public static bool Terminate(int pid) => Kill(pid, Sigterm) == 0;

    /// <summary>Kills a process that is not our child.</summary>
    public static bool Kill(int pid) => Kill(pid, Sigkill) == 0;

    /// <summary>Stops a process where it is, as a stalled machine would.</summary>
    public static bool Pause(int pid) => Kill(pid, Sigstop) == 0;

    /// <summary>Lets a paused process go on.</summary>
    public static bool Resume(int pid) => Kill(pid, Sigcont) == 0;

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int pid, int signal);
}

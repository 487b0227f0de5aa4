using System.Runtime.InteropServices;

namespace FlashSale.Command.Processes;

/// <summary>kill(2), for what .NET's Process cannot send.</summary>
internal static partial class Signals
{
    private const int Sigkill = 9;
    private const int Sigterm = 15;
    private const int Sigcont = 18;
    private const int Sigstop = 19;

    /// <summary>Asks a process to end; nothing happens when it has ended.</summary>
    public static void Terminate(int pid) => _ = Kill(pid, Sigterm);

    /// <summary>Kills a process that is not our child.</summary>
    public static void Kill(int pid) => _ = Kill(pid, Sigkill);

    /// <summary>Stops a process where it is, as a stalled machine would.</summary>
    public static void Pause(int pid) => _ = Kill(pid, Sigstop);

    /// <summary>Lets a paused process go on.</summary>
    public static void Resume(int pid) => _ = Kill(pid, Sigcont);

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int pid, int signal);
}

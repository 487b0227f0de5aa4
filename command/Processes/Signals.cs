using System.Runtime.InteropServices;

namespace FlashSale.Command.Processes;

/// <summary>kill(2), for what .NET's Process cannot send.</summary>
internal static partial class Signals
{
    private const int Sigterm = 15;

    /// <summary>Asks a process to end; nothing happens when it has ended.</summary>
    public static void Terminate(int pid) => _ = Kill(pid, Sigterm);

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int pid, int signal);
}

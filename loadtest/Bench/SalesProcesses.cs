using System.Diagnostics;

namespace FlashSale.LoadTest.Bench;

/// <summary>The processes of a system whose sales nobody joins, by pid.</summary>
public sealed record SalesProcesses(int WaitingRoom, int Edge, int Redis, int Checkout)
{
    /// <summary>Processor seconds that each has used since it was started.</summary>
    public Cpu CpuSeconds() => new(Of(WaitingRoom), Of(Edge), Of(Redis), Of(Checkout));

    private static double Of(int pid)
    {
        using var process = Process.GetProcessById(pid);
        return process.TotalProcessorTime.TotalSeconds;
    }

    /// <summary>Of each, in seconds.</summary>
    public readonly record struct Cpu(double WaitingRoom, double Edge, double Redis, double Checkout);
}

using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace FlashSale.LoadTest.Reports;

/// <summary>
/// Processes of the system under load on this machine, by name and pid; none when it runs elsewhere.
/// </summary>
/// <param name="edges">The names of those that are edges.</param>
public sealed class MeasuredProcesses(IReadOnlyList<(string Name, int Pid)> processes, IReadOnlySet<string> edges)
{
    private const double Megabyte = 1 << 20;

    public static MeasuredProcesses None { get; } = new([], new HashSet<string>());

    /// <summary>What the crowd itself has used.</summary>
    public static double OwnCpuSeconds => Environment.CpuUsage.TotalTime.TotalSeconds;

    /// <summary>What all edges have used; a restarted one begins anew and is left out.</summary>
    public double EdgeCpuSeconds => processes.Where(one => edges.Contains(one.Name))
        .Sum(one => Read(one.Pid, process => process.TotalProcessorTime.TotalSeconds) ?? 0);

    /// <summary>The memory of each that runs, and of the crowd.</summary>
    public IReadOnlyDictionary<string, double> Megabytes()
    {
        var sizes = new Dictionary<string, double> { ["crowd"] = Round(Environment.WorkingSet / Megabyte) };
        foreach (var (name, pid) in processes)
        {
            if (Read(pid, process => process.WorkingSet64 / Megabyte) is { } size) sizes[name] = Round(size);
        }
        return sizes;
    }

    private static double Round(double megabytes) => Math.Round(megabytes, 1);

    private static double? Read(int pid, Func<Process, double> what)
    {
        try
        {
            using var process = Process.GetProcessById(pid);
            return what(process);
        }
        catch (Exception error) when (error is ArgumentException or InvalidOperationException or Win32Exception)
        {
            // It has ended; a run goes on without.
            return null;
        }
    }
}

/// <summary>The machine that the crowd ran on.</summary>
public sealed record Machine(string Name, string OperatingSystem, string Processor, int Cores, double MemoryGigabytes, string Runtime)
{
    public static Machine Current()
    {
        var memory = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / (double)(1 << 30);
        return new Machine(
            Environment.MachineName, RuntimeInformation.OSDescription, ProcessorName(),
            Environment.ProcessorCount, Math.Round(memory, 1),
            RuntimeInformation.FrameworkDescription);
    }

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{Processor}, {Cores} cores, {MemoryGigabytes} GB, {OperatingSystem}, {Runtime}");

    private static string ProcessorName()
    {
        const string file = "/proc/cpuinfo";
        var line = File.Exists(file)
            ? File.ReadLines(file).FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal)) : null;
        return line?.Split(':', 2)[1].Trim()
            ?? RuntimeInformation.ProcessArchitecture.ToString();
    }
}

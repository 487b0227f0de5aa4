using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace FlashSale.LoadTest.Reports;

/// <summary>
/// Processes of the system under load on this machine, by name and pid; none when it runs elsewhere.
/// </summary>
/// <param name="edges">The names of those that are edges.</param>
public sealed class MeasuredProcesses(IReadOnlyList<(string Name, int Pid)> processes, IReadOnlySet<string> edges)
{
    /// <summary>The name of this process.</summary>
    public const string Crowd = "crowd";

    /// <summary>The name of the payment simulator.</summary>
    public const string Simulator = "payment-simulator";

    private const double Megabyte = 1 << 20;

    public static MeasuredProcesses None { get; } = new([], new HashSet<string>());

    /// <summary>What the crowd itself has used.</summary>
    public static double OwnCpuSeconds => Environment.CpuUsage.TotalTime.TotalSeconds;

    /// <summary>What all edges have used; a restarted one begins anew and is left out.</summary>
    public double EdgeCpuSeconds => processes.Where(one => edges.Contains(one.Name))
        .Sum(one => Read(one.Pid, process => process.TotalProcessorTime.TotalSeconds) ?? 0);

    /// <summary>
    /// The memory of each that runs, and of the crowd. One that has ended is missing, even when another was started in its
    /// place.
    /// </summary>
    public IReadOnlyDictionary<string, double> Megabytes()
    {
        var sizes = new Dictionary<string, double> { [Crowd] = Round(Environment.WorkingSet / Megabyte) };
        foreach (var (name, pid) in processes)
        {
            // One that has ended and nobody has asked how still has a pid, but no memory.
            if (Read(pid, process => process.WorkingSet64 / Megabyte) is { } size and > 0) sizes[name] = Round(size);
        }
        return sizes;
    }

    /// <summary>The most that each had at any time since it was started, where the system keeps that (Linux).</summary>
    public IReadOnlyDictionary<string, double> PeakMegabytes() => processes.Prepend((Crowd, Environment.ProcessId))
        .Select(one => (Name: one.Item1, Peak: Peak(one.Item2))).Where(one => one.Peak is not null)
        .ToDictionary(one => one.Name, one => Round(one.Peak!.Value));

    private static double? Peak(int pid)
    {
        try
        {
            var line = File.ReadLines($"/proc/{pid}/status").FirstOrDefault(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
            return line?.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries) is [_, var kilobytes, ..]
                ? long.Parse(kilobytes, CultureInfo.InvariantCulture) / 1024.0 : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // It has ended, or this is no Linux.
            return null;
        }
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

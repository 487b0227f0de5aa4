using System.Globalization;
using System.Runtime.InteropServices;

namespace FlashSale.LoadTest.Reports;

/// <summary>The machine that the crowd ran on.</summary>
public sealed record MachineDescription(string OperatingSystem, string Processor, int Cores, double MemoryGigabytes, string Runtime)
{
    public static MachineDescription Current()
    {
        var memory = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / (double)(1 << 30);
        return new MachineDescription(
            RuntimeInformation.OSDescription, ProcessorName(),
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

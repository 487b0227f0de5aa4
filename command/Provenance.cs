using System.Diagnostics;

namespace FlashSale.Command;

/// <summary>Where a committed result comes from.</summary>
internal static class Provenance
{
    public static string Machine()
    {
        var cpu = File.Exists("/proc/cpuinfo")
            ? File.ReadLines("/proc/cpuinfo").FirstOrDefault(text => text.StartsWith("model name", StringComparison.Ordinal))
            : null;
        return $"{cpu?.Split(':').Last().Trim() ?? "unknown CPU"}, {Environment.ProcessorCount} cores, "
            + $"{GC.GetGCMemoryInfo().TotalAvailableMemoryBytes >> 30} GiB, .NET {Environment.Version}";
    }

    public static async Task<string> CommitAsync(CancellationToken cancel)
    {
        using var git = Process.Start(new ProcessStartInfo("git", ["-C", Repository.Root, "rev-parse", "--short", "HEAD"])
        {
            RedirectStandardOutput = true,
        });
        return git is null ? "unknown" : (await git.StandardOutput.ReadToEndAsync(cancel)).Trim();
    }
}

using System.ComponentModel;
using System.Diagnostics;

namespace FlashSale.Local;

/// <summary>Where a committed result comes from.</summary>
public static class Provenance
{
    public static string Machine()
    {
        var cpu = File.Exists("/proc/cpuinfo")
            ? File.ReadLines("/proc/cpuinfo").FirstOrDefault(text => text.StartsWith("model name", StringComparison.Ordinal))
            : null;
        return $"{cpu?.Split(':').Last().Trim() ?? "unknown CPU"}, {Environment.ProcessorCount} cores, "
            + $"{GC.GetGCMemoryInfo().TotalAvailableMemoryBytes >> 30} GiB, .NET {Environment.Version}";
    }

    /// <summary>
    /// The commit, with <c>-dirty</c> when what is measured has changed since. Results and documentation, which one run
    /// after the other writes, are not measured.
    /// </summary>
    public static async Task<string> CommitAsync(CancellationToken cancel)
    {
        var commit = await GitAsync(["rev-parse", "--short", "HEAD"], cancel);
        if (commit.Length == 0) return "unknown";
        var changed = await GitAsync(
            ["status", "--porcelain", "--untracked-files=no", "--", ".", ":!docs", ":!loadtest/results", ":!*.md"], cancel);
        return changed.Length == 0 ? commit : commit + "-dirty";
    }

    private static async Task<string> GitAsync(string[] arguments, CancellationToken cancel)
    {
        try
        {
            using var git = Process.Start(new ProcessStartInfo("git", ["-C", Repository.Root, .. arguments])
            {
                RedirectStandardOutput = true,
            });
            return git is null ? "" : (await git.StandardOutput.ReadToEndAsync(cancel)).Trim();
        }
        catch (Win32Exception)
        {
            // There is no git here.
            return "";
        }
    }
}

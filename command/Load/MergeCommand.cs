using FlashSale.LoadTest.Reports;
using FlashSale.Local;

namespace FlashSale.Command.Load;

/// <summary><c>./flashsale load merge DIR…</c>: the runs of several machines on one sale, as one report of the whole crowd.</summary>
internal static class MergeCommand
{
    public static async Task<int> RunAsync(IReadOnlyList<string> args, CancellationToken cancel)
    {
        var line = CommandLine.Parse(args, ["report"], [])
            .WithWords(1, int.MaxValue, "load merge DIR… [--report DIR], folders of --report");
        var runs = new List<RunReport>();
        foreach (var folder in line.Words) runs.Add(await ReportFolder.ReadWithHistogramsAsync(folder, cancel));
        try
        {
            var merged = MergedReport.Of(runs);
            var into = line.Text("report") is { } folder
                ? Path.GetFullPath(folder, Repository.CalledFrom)
                : Path.Combine(Repository.Root, "artifacts", "load", $"merged-{merged.StartedAt:yyyyMMdd-HHmmss}");
            LoadCommand.Write(merged);
            Console.WriteLine($"Report: {await merged.SaveAsync(into, cancel)}");
            return merged.Passed ? 0 : 1;
        }
        catch (FormatException error)
        {
            throw new UsageException(error.Message);
        }
    }
}

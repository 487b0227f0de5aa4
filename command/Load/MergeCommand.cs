using System.CommandLine;

using FlashSale.LoadTest.Reports;
using FlashSale.Local;

namespace FlashSale.Command.Load;

/// <summary><c>./flashsale load merge DIR…</c>: the runs of several machines on one sale, as one report of the whole crowd.</summary>
internal static class MergeCommand
{
    public static Verb Create()
    {
        var folders = new Argument<string[]>("DIR")
        {
            Description = "the folders of --report",
            Arity = ArgumentArity.OneOrMore,
        };
        var report = Options.Text("--report", "DIR", "the folder for the one report [default: one in artifacts/load]");
        var verb = new Verb("merge", "The runs of several machines on one sale, as one report of the whole crowd.")
        {
            folders, report,
        };
        verb.SetAction((call, cancel) => RunAsync(call.GetRequiredValue(folders), call.GetValue(report), cancel));
        return verb;
    }

    private static async Task<int> RunAsync(string[] folders, string? report, CancellationToken cancel)
    {
        var runs = new List<RunReport>();
        foreach (var folder in folders) runs.Add(await ReportFolder.ReadWithHistogramsAsync(folder, cancel));
        try
        {
            var merged = MergedReport.Of(runs);
            var into = report is not null
                ? Path.GetFullPath(report, Repository.CalledFrom)
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

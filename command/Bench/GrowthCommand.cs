using FlashSale.LoadTest.Bench;
using FlashSale.Local;

namespace FlashSale.Command.Bench;

/// <summary><c>./flashsale bench growth</c>: the same figures at four lengths of the line, as a table and a plot.</summary>
internal static class GrowthCommand
{
    private static readonly int[] s_sizes = [1_000, 10_000, 100_000, 1_000_000];

    /// <summary>Writes <c>loadtest/results/growth.json</c> and <c>docs/images/growth.png</c>.</summary>
    public static async Task<int> RunAsync(BenchTarget target, BenchClient client, bool quick, CancellationToken cancel)
    {
        var bench = new GrowthBench(
            client, new EdgeBench(target, client, BenchSize.Growth), new CrowdBench(target, client, BenchSize.Growth));
        var rows = new List<GrowthRow>();
        Console.WriteLine(GrowthReport.Heading);
        await foreach (var row in bench.RunAsync(quick ? s_sizes[..^1] : s_sizes))
        {
            rows.Add(row);
            Console.WriteLine(GrowthReport.Line(row));
            cancel.ThrowIfCancellationRequested();
        }

        var report = new GrowthReport(Provenance.Machine(), await Provenance.CommitAsync(cancel), quick, rows);
        await BenchCommand.SaveAsync(
            Path.Combine(Repository.Root, "loadtest", "results", "growth.json"), report, cancel);
        GrowthPlot.Save(report, Path.Combine(Repository.Root, "docs", "images", "growth.png"));
        Console.WriteLine($"\n{report.Markdown()}");
        return 0;
    }
}

using FlashSale.LoadTest.Bench;
using FlashSale.Local;

namespace FlashSale.Command.Bench;

/// <summary><c>./flashsale bench sales</c>: what open sales cost that nobody joins.</summary>
internal static class SalesCommand
{
    private static readonly int[] s_sizes = [1, 100, 1_000, 5_000];

    /// <summary>Writes <c>loadtest/results/sales.json</c>; exit 1 when idle sales cost more than they may.</summary>
    public static async Task<int> RunAsync(
        SystemState state, BenchTarget target, BenchClient client, bool quick, CancellationToken cancel)
    {
        var processes = new SalesProcesses(
            state.Waitingrooms[0].Pid, state.Edges[0].Pid, state.Redis.Pid, state.Checkouts[0].Pid);
        var rows = new List<SalesRow>();
        Console.WriteLine(SalesReport.Heading);
        await foreach (var row in new SalesBench(target, client, processes).RunAsync(quick ? s_sizes[..^1] : s_sizes))
        {
            rows.Add(row);
            Console.WriteLine(SalesReport.Line(row));
            cancel.ThrowIfCancellationRequested();
        }

        var report = new SalesReport(
            Provenance.Machine() + (quick ? ", --quick" : ""), await Provenance.CommitAsync(cancel), rows);
        await BenchCommand.SaveAsync(
            Path.Combine(Repository.Root, "loadtest", "results", "sales.json"), report, cancel);
        Console.WriteLine($"\n{report.Markdown()}");
        return report.Ok ? 0 : 1;
    }
}

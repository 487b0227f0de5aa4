using FlashSale.LoadTest.Bench;
using FlashSale.Local;

using MySqlConnector;

namespace FlashSale.Command.Bench;

/// <summary><c>./flashsale bench purchase</c>: whole purchases a second, to sold.</summary>
internal static class PurchaseCommand
{
    private const int Units = 1_000_000;

    /// <summary>Of each of the three, which the server has room for together.</summary>
    private const uint ConnectionsEach = 100;

    private static readonly PurchaseLoad[] s_loads = [new(0, 64), new(0, 512), new(200, 64), new(200, 512)];

    /// <summary>Writes <c>loadtest/results/purchase.json</c>.</summary>
    public static async Task<int> RunAsync(
        SystemState state, BenchTarget target, BenchClient client, bool quick, CancellationToken cancel)
    {
        var programs = target.Baselines;
        var mySql = new MySqlConnectionStringBuilder(target.MySql) { MaximumPoolSize = ConnectionsEach }.ConnectionString;
        await using var provider = await programs.ProviderAsync();
        await using var checkout = await programs.CheckoutAsync(provider.Url, mySql);
        await using var edge = await programs.EdgeBeforeAsync(checkout.Url);
        await using var counter = await programs.ShopAsync("counter", provider.Url, mySql);
        await using var skipLocked = await programs.ShopAsync("skiplocked", provider.Url, mySql);
        var sale = await client.CreateSaleAsync("purchase", Units, paused: false);
        using var bench = new PurchaseBench(
            new PurchaseTarget(edge.Url, sale, target.MySql, provider.Url, counter.Url, skipLocked.Url, new Dictionary<string, int>
            {
                ["edge"] = edge.Pid,
                ["waiting room"] = state.Waitingrooms[0].Pid,
                ["checkout"] = checkout.Pid,
                ["checkout of the pulls"] = state.Checkouts[0].Pid,
                ["Redis"] = state.Redis.Pid,
                ["database"] = state.Mysql.Pid,
                ["counter's shop"] = counter.Pid,
                ["skiplocked's shop"] = skipLocked.Pid,
                ["provider"] = provider.Pid,
                ["buyers"] = Environment.ProcessId,
            }), quick ? PurchaseSize.Quick : PurchaseSize.Full);
        var rows = new List<PurchaseRow>();
        Console.WriteLine(PurchaseReport.Heading);
        await foreach (var row in bench.RunAsync(quick ? [s_loads[0], s_loads[^1]] : s_loads))
        {
            rows.Add(row);
            Console.WriteLine(PurchaseReport.Line(row));
            Console.WriteLine(PurchaseReport.Processors(row));
            cancel.ThrowIfCancellationRequested();
        }

        var report = new PurchaseReport(
            Provenance.Machine() + (quick ? ", --quick" : ""), await Provenance.CommitAsync(cancel), rows);
        if (!quick)
            await BenchCommand.SaveAsync(Path.Combine(Repository.Root, "loadtest", "results", "purchase.json"), report, cancel);
        Console.WriteLine($"\n{report.Markdown()}");
        return 0;
    }
}

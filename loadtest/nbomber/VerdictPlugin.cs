using System.Data;

using FlashSale.LoadTest.Hosting;

using Microsoft.Extensions.Configuration;

using NBomber.Contracts;
using NBomber.Contracts.Stats;

namespace FlashSale.LoadTest.NBomber;

/// <summary>The verdict, the sale, the shoppers' endings and all answers as tables of NBomber's reports.</summary>
internal sealed class VerdictPlugin(HostedRun run) : IWorkerPlugin
{
    private IBaseContext? _context;

    public string PluginName => "FlashSale";

    public Task Init(IBaseContext context, IConfiguration infraConfig)
    {
        _context = context;
        return Task.CompletedTask;
    }

    public Task Start() => Task.CompletedTask;

    /// <summary>
    /// When NBomber ends a test early (Ctrl-C, MaxFailCount) it makes its statistics while the scenarios are still cleaned.
    /// This is what it waits for: then the audit is in the reports.
    /// </summary>
    public Task Stop()
    {
        if (_context?.GetNodeInfo().CurrentOperation != OperationType.Stop) return Task.CompletedTask;
        if (!run.Interrupted.IsCancellationRequested) run.Interrupt("NBomber ended the test early: too many requests had failed");
        return run.CloseAsync(atOnce: true);
    }

    public Task<DataSet> GetStats(NodeStats stats)
    {
        var tables = new DataSet();
        foreach (var table in HostedTables.Of(run.Judge(NBomberHost.Statistics(stats)))) tables.Tables.Add(Of(table));
        return Task.FromResult(tables);
    }

    public string[] GetHints() => [];

    public void Dispose() { }

    private static DataTable Of(HostedTable table)
    {
        var data = new DataTable(table.Name);
        foreach (var column in table.Columns) data.Columns.Add(column);
        foreach (var row in table.Rows) data.Rows.Add([.. row]);
        return data;
    }
}

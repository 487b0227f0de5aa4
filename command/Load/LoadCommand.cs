using System.Text.Json;

using FlashSale.Command.Audit;
using FlashSale.Command.Up;
using FlashSale.Contract;
using FlashSale.LoadTest.Clients;
using FlashSale.LoadTest.Scenarios;

using Spectre.Console;

namespace FlashSale.Command.Load;

/// <summary><c>./flashsale load SCENARIO</c>: a crowd, then an audit; exit 1 when anything was not as it must be.</summary>
public static class LoadCommand
{
    public const string Help =
        "smoke [--shoppers N] [--units N] [--seed N] [--report DIR] [--data DIR]: "
        + "a crowd, then the audit; starts a system of its own when none runs in DIR";

    private static readonly JsonSerializerOptions s_json = new(Wire.Json) { WriteIndented = true };

    public static async Task<int> RunAsync(string[] args, CancellationToken cancel)
    {
        var line = CommandLine.Parse(args, ["shoppers", "units", "seed", "report", "data"], [])
            .WithWords(1, 1, "load " + Help);
        if (line.Words[0] != "smoke") throw new UsageException($"there is no scenario {line.Words[0]}; there is: smoke");
        var settings = new SmokeSettings(
            line.Number("shoppers", 5_000, 1, 100_000), line.Number("units", 1_000, 1, 100_000),
            line.Number("seed", 1, 0, int.MaxValue));

        await using var target = await LoadTarget.FindAsync(new DataFolder(Repository.DataFolder(line.Text("data"))), cancel);
        using var edges = new EdgeClients(target.State.Edges.Select(edge => edge.Url));
        using var operators = new OperatorClient(target.State.Edges[0].Url, target.State.AdminKey);
        var scenario = new SmokeScenario(edges, operators, settings, TimeProvider.System);
        var result = await LiveProgress.ShowAsync(scenario.Tally, settings, scenario.RunAsync(cancel));
        Write(result);
        if (line.Text("report") is { } folder) await SaveAsync(result, Path.GetFullPath(folder, Repository.CalledFrom), cancel);
        return result.Failures.Count == 0 ? 0 : 1;
    }

    private static void Write(SmokeResult result)
    {
        var table = new Table().AddColumn("step");
        foreach (var column in new[] { "count", "p50 ms", "p99 ms", "p99.9 ms" })
            table.AddColumn(new TableColumn(column).RightAligned());
        foreach (var step in result.Latencies)
            table.AddRow(step.Step, $"{step.Count}", $"{step.P50:f1}", $"{step.P99:f1}", $"{step.P999:f1}");
        AnsiConsole.Write(table);
        foreach (var (problem, count) in result.Problems.OrderByDescending(pair => pair.Value))
            Console.WriteLine($"{count} × {problem}");
        Console.WriteLine(
            $"{result.Bought} bought, {result.SoldOut} left empty-handed, {result.AsPlanned} never came or never paid, "
            + $"{result.Failed} failed, in {result.Seconds:f0} s");
        AuditCommand.Write(result.Sale, result.Audit);
        foreach (var failure in result.Failures) Console.WriteLine($"FAILED: {failure}");
        if (result.Failures.Count == 0)
        {
            Console.WriteLine(
                $"{result.Audit.Sold} sold, {result.Audit.Violations.Count} violations; "
                + "admissions in the order of the tickets.");
        }
    }

    private static async Task SaveAsync(SmokeResult result, string folder, CancellationToken cancel)
    {
        Directory.CreateDirectory(folder);
        var file = Path.Combine(folder, "smoke.json");
        await File.WriteAllTextAsync(file, JsonSerializer.Serialize(result, s_json), cancel);
        Console.WriteLine($"Report: {file}");
    }
}

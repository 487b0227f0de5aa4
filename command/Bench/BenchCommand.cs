using System.CommandLine;
using System.Globalization;
using System.Text.Json;

using FlashSale.Command.Load;
using FlashSale.Contract;
using FlashSale.LoadTest.Bench;
using FlashSale.Local;

using MySqlConnector;

namespace FlashSale.Command.Bench;

/// <summary><c>./flashsale bench</c>: every figure a ratio of medians from alternating rounds of one run.</summary>
public static class BenchCommand
{
    /// <summary>Few enough for the usual limit of a process' open files.</summary>
    private const int MostConnections = 1000;

    private const string Growth = "growth", Sales = "sales", Purchase = "purchase";

    /// <summary>Measured on their own, to files of their own.</summary>
    private static readonly string[] s_alone = [Growth, Sales, Purchase];

    private static readonly JsonSerializerOptions s_json = new(Wire.Json) { WriteIndented = true };
    private static readonly string[] s_names =
    [
        "poll", "poll-proxy", "join", "gate", "page", "redeem-counter", "redeem-skiplocked", "memory-redis", "memory-edge",
        "admit-latency", "admit-latency-beside",
    ];

    public static Verb Create()
    {
        var names = new Argument<string[]>("NAME")
        {
            Description = $"only these: {string.Join(", ", s_names)}; or, on its own and to "
                + $"loadtest/results/NAME.json, {Growth}: polls and joins as the line grows; {Sales}: what open sales "
                + $"cost that nobody joins; {Purchase}: whole purchases, to sold",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var json = Options.Text("--json", "FILE", "where the figures are written too");
        var quick = Options.Flag("--quick", "shorter rounds, for a look; not for a figure to keep");
        var connections = Options.Number("--connections", 1, MostConnections, "each figure's own", "how many at once");
        var verb = new Verb("bench", "The measured ratios with their floors; exit 1 when one is short.")
        {
            names, json, quick, connections,
        };
        verb.SetAction((call, cancel) => RunAsync(
            call.GetValue(names)!, call.GetValue(json), call.GetValue(quick), call.GetValue(connections), cancel));
        return verb;
    }

    private static async Task<int> RunAsync(
        string[] chosen, string? json, bool quick, int? connections, CancellationToken cancel)
    {
        var size = (quick ? BenchSize.Quick : BenchSize.Full) with { Connections = connections };
        var unusual = (quick ? ", --quick" : "") + (connections is { } many ? $", --connections {many}" : "");
        var alone = chosen.FirstOrDefault(s_alone.Contains);
        if (alone is not null && (chosen.Length > 1 || json is not null || connections is not null))
            throw new UsageException(
                $"{alone} is measured on its own, with connections of its own, and writes files of its own");
        if (chosen.Except([.. s_names, .. s_alone]).FirstOrDefault() is { } unknown)
            throw new UsageException(
                $"there is no figure {unknown}, but: {string.Join(", ", [.. s_names, .. s_alone])}");
        var report = new BenchReport(Provenance.Machine() + unusual, await Provenance.CommitAsync(cancel), []);
        await using var own = await LoadTarget.OwnAsync(cancel);
        var target = Target(own, cancel);
        using var client = new BenchClient(target);
        if (alone == Sales) return await SalesCommand.RunAsync(own.State, target, client, quick, cancel);
        if (alone == Purchase) return await PurchaseCommand.RunAsync(own.State, target, client, quick, cancel);
        if (alone == Growth) return await GrowthCommand.RunAsync(target, client, quick, cancel);
        var edge = new EdgeBench(target, client, size);
        var crowd = new CrowdBench(target, client, size);
        // The crowded sale of admit-latency stays, so what is compared with a baseline comes before it.
        (string[] Names, Func<Task<IReadOnlyList<BenchResult>>> Run)[] all =
        [
            (["poll", "poll-proxy"], edge.PollAsync),
            (["join"], async () => [await edge.JoinAsync()]),
            (["gate"], async () => [await edge.GateAsync()]),
            (["page"], async () => [await edge.PageAsync()]),
            (["redeem-counter", "redeem-skiplocked"], () => target.Baselines.RedemptionsAsync(size)),
            (["memory-redis", "memory-edge"], crowd.MemoryAsync),
            (["admit-latency", "admit-latency-beside"], crowd.AdmitLatencyAsync),
        ];
        Console.WriteLine($"{"name",-21}{"ours",12}{"baseline",12}{"ratio",9}{"floor",8}");
        foreach (var (names, run) in all)
        {
            if (chosen.Length > 0 && !names.Intersect(chosen).Any()) continue;
            cancel.ThrowIfCancellationRequested();
            foreach (var result in await run())
            {
                report = report with { Results = [.. report.Results, result] };
                Write(result);
                if (json is not null)
                    await SaveAsync(Path.GetFullPath(json, Repository.CalledFrom), report, CancellationToken.None);
            }
        }

        return report.Results.All(result => result.Ok) ? 0 : 1;
    }

    /// <summary>Replaces the whole file; called after each figure, so that a later one that fails does not lose it.</summary>
    internal static async Task SaveAsync<T>(string path, T report, CancellationToken cancel)
    {
        await File.WriteAllTextAsync(path + ".new", JsonSerializer.Serialize(report, s_json) + "\n", cancel);
        File.Move(path + ".new", path, overwrite: true);
    }

    private static BenchTarget Target(LoadTarget own, CancellationToken cancel)
    {
        var state = own.State;
        var mySql = new MySqlConnectionStringBuilder
        {
            Server = "127.0.0.1",
            Port = (uint)state.Mysql.Port,
            UserID = state.Mysql.User,
            Password = state.Mysql.Password,
            Database = state.Mysql.Database,
            MaximumPoolSize = 200,
        };
        return new BenchTarget(
            new Uri(state.Edges[0].Url), state.AdminKey, mySql.ConnectionString,
            $"127.0.0.1:{state.Redis.Port}", new BaselinePrograms(own.Data, state, cancel));
    }

    private static void Write(BenchResult result)
    {
        var baseline = result.Baseline is { } rate ? rate.ToString("N0", CultureInfo.InvariantCulture) : "";
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{result.Name,-21}{result.Ours,12:N0}{baseline,12}{result.Ratio,9:F2}{result.Floor,8:G4}  {(result.Ok ? "ok" : "short")}  {result.Unit}"));
    }
}

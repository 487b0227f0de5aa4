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
    public const string Help =
        "[NAME…] [--json FILE] [--quick] [--connections N]: the measured ratios with their floors; NAMEs choose among them; "
        + "exit 1 when one is short. growth, on its own: polls and joins as the line grows, to loadtest/results/growth.json";

    /// <summary>Few enough for the usual limit of a process' open files.</summary>
    private const int MostConnections = 1000;

    private static readonly JsonSerializerOptions s_json = new(Wire.Json) { WriteIndented = true };
    private static readonly string[] s_names =
    [
        "poll", "poll-proxy", "join", "gate", "page", "redeem-counter", "redeem-skiplocked", "memory-redis", "memory-edge",
        "admit-latency", "admit-latency-beside",
    ];

    public static async Task<int> RunAsync(string[] args, CancellationToken cancel)
    {
        var line = CommandLine.Parse(args, ["json", "connections"], ["quick"]);
        int? connections = line.Text("connections") is null ? null : line.Number("connections", 0, 1, MostConnections);
        var size = (line.Has("quick") ? BenchSize.Quick : BenchSize.Full) with { Connections = connections };
        var unusual = (line.Has("quick") ? ", --quick" : "") + (connections is { } many ? $", --connections {many}" : "");
        var chosen = line.Words;
        var growth = chosen.Contains("growth");
        if (growth && (chosen.Count > 1 || line.Text("json") is not null || connections is not null))
            throw new UsageException("growth is measured on its own, with connections of its own, and writes files of its own");
        if (chosen.Except([.. s_names, "growth"]).FirstOrDefault() is { } unknown)
            throw new UsageException($"bench has no {unknown}, but: {string.Join(", ", s_names)}, growth");
        var report = new BenchReport(Provenance.Machine() + unusual, await Provenance.CommitAsync(cancel), []);
        await using var own = await LoadTarget.OwnAsync(cancel);
        var target = Target(own, cancel);
        using var client = new BenchClient(target);
        if (growth) return await GrowthCommand.RunAsync(target, client, line.Has("quick"), cancel);
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
            if (chosen.Count > 0 && !names.Intersect(chosen).Any()) continue;
            cancel.ThrowIfCancellationRequested();
            foreach (var result in await run())
            {
                report = report with { Results = [.. report.Results, result] };
                Write(result);
                if (line.Text("json") is { } file)
                    await SaveAsync(Path.GetFullPath(file, Repository.CalledFrom), report, CancellationToken.None);
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

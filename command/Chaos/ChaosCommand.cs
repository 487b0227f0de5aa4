using System.Diagnostics;

using FlashSale.LoadTest.Chaos;
using FlashSale.Local;

namespace FlashSale.Command.Chaos;

/// <summary><c>./flashsale chaos</c>: faults under load, then the checker's verdict.</summary>
public static class ChaosCommand
{
    public static Verb Create()
    {
        var seed = Options.Number("--seed", 0, int.MaxValue / 2, "another each time", "the same faults again");
        var minutes = Options.Number("--minutes", 1, 24 * 60, 3, "for how long sales are begun");
        var ledger = Options.Choice<LedgerKind>("--ledger", "one server, or three nodes that replicate by Galera");
        var line = Options.Choice<LineKind>("--line", "one server, a Redis Cluster with replicas, or Sentinels");
        var hosts = Options.Flag(
            "--hosts", "every process in a network namespace, with a network and a clock that go wrong; needs root");
        var json = Options.Text("--json", "FILE", "adds this run to the sum of all that were given the file");
        var verb = new Verb("chaos", "Faults under load, sale after sale, and the checker's verdict; exit 1 on a violation.")
        {
            seed, minutes, ledger, line, hosts, json,
        };
        verb.SetAction((call, cancel) => RunAsync(
            call.GetValue(seed) ?? Random.Shared.Next(1_000_000), call.GetValue(minutes),
            new ChaosLayout { Ledger = call.GetValue(ledger), Line = call.GetValue(line), Hosts = call.GetValue(hosts) },
            call.GetValue(json), cancel));
        return verb;
    }

    private static async Task<int> RunAsync(int seed, int minutes, ChaosLayout layout, string? json, CancellationToken cancel)
    {
        if (layout is { Hosts: true } and not { Ledger: LedgerKind.One, Line: LineKind.One })
            throw new UsageException("--hosts has one server of each: leave --ledger and --line away");
        Console.WriteLine($"seed {seed}: ./flashsale chaos --seed {seed} --minutes {minutes}{layout} injects the same faults again");

        var file = json is null ? null : Path.GetFullPath(json, Repository.CalledFrom);
        var (earlier, commit) = file is null ? ([], "") : (ChaosRecord.Read(file), await Provenance.CommitAsync(cancel));
        var verdict = await ChaosRun.RunAsync(
            Seeds(seed, minutes), ChaosPlan.AnyFault, Console.WriteLine, cancel,
            soFar => file is null
                ? Task.CompletedTask
                : ChaosRecord.WriteAsync(file, [.. earlier, Recorded(soFar, commit, layout)], cancel), layout);
        Write(verdict);
        return verdict.Violations.Count == 0 ? 0 : 1;
    }

    /// <summary>A sale for each seed from the first one on, until the time is up; at least one.</summary>
    private static IEnumerable<int> Seeds(int first, int minutes)
    {
        var running = Stopwatch.StartNew();
        for (var seed = first; seed == first || running.Elapsed < TimeSpan.FromMinutes(minutes); seed++) yield return seed;
    }

    private static RecordedRun Recorded(ChaosVerdict verdict, string commit, ChaosLayout layout) => new(
        verdict.Seeds[0], commit, Provenance.Machine(), verdict.Seeds.Count, Math.Round(verdict.Minutes, 1),
        verdict.Faults, verdict.ByKind, verdict.Violations)
    {
        Layout = $"{layout}" is { Length: > 0 } words ? words.Trim() : null,
    };

    private static void Write(ChaosVerdict verdict)
    {
        Console.WriteLine();
        foreach (var (name, count) in verdict.ByKind.OrderByDescending(pair => pair.Value))
            Console.WriteLine($"{count,5} × {name}");
        Console.WriteLine($"{verdict.Faults} faults in {verdict.Seeds.Count} sales, {verdict.Minutes:f1} minutes");
        foreach (var violation in verdict.Violations) Console.WriteLine($"VIOLATION {violation}");
        Console.WriteLine(
            verdict.Violations.Count == 0 ? "verdict: 0 violations" : $"verdict: {verdict.Violations.Count} VIOLATIONS");
    }
}

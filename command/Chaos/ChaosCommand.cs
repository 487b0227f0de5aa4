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
        var json = Options.Text("--json", "FILE", "adds this run to the sum of all that were given the file");
        var verb = new Verb("chaos", "Faults under load, sale after sale, and the checker's verdict; exit 1 on a violation.")
        {
            seed, minutes, json,
        };
        verb.SetAction((call, cancel) => RunAsync(
            call.GetValue(seed) ?? Random.Shared.Next(1_000_000), call.GetValue(minutes), call.GetValue(json), cancel));
        return verb;
    }

    private static async Task<int> RunAsync(int seed, int minutes, string? json, CancellationToken cancel)
    {
        Console.WriteLine($"seed {seed}: ./flashsale chaos --seed {seed} --minutes {minutes} injects the same faults again");

        var file = json is null ? null : Path.GetFullPath(json, Repository.CalledFrom);
        var (earlier, commit) = file is null ? ([], "") : (ChaosRecord.Read(file), await Provenance.CommitAsync(cancel));
        var verdict = await ChaosRun.RunAsync(
            Seeds(seed, minutes), ChaosPlan.AnyFault, Console.WriteLine, cancel,
            soFar => file is null
                ? Task.CompletedTask
                : ChaosRecord.WriteAsync(file, [.. earlier, Recorded(soFar, commit)], cancel));
        Write(verdict);
        return verdict.Violations.Count == 0 ? 0 : 1;
    }

    /// <summary>A sale for each seed from the first one on, until the time is up; at least one.</summary>
    private static IEnumerable<int> Seeds(int first, int minutes)
    {
        var running = Stopwatch.StartNew();
        for (var seed = first; seed == first || running.Elapsed < TimeSpan.FromMinutes(minutes); seed++) yield return seed;
    }

    private static RecordedRun Recorded(ChaosVerdict verdict, string commit) => new(
        verdict.Seeds[0], commit, Provenance.Machine(), verdict.Seeds.Count, Math.Round(verdict.Minutes, 1),
        verdict.Faults, verdict.ByKind, verdict.Violations);

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

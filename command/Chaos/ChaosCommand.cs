using System.Diagnostics;
using System.Text.Json;

using FlashSale.Contract;

namespace FlashSale.Command.Chaos;

/// <summary><c>./flashsale chaos</c>: faults under load, then the checker's verdict.</summary>
public static class ChaosCommand
{
    public const string Help =
        "[--seed N] [--minutes M] [--json FILE]: faults under load, sale after sale; exit 1 on a violation";

    private static readonly JsonSerializerOptions s_json = new(Wire.Json) { WriteIndented = true };

    public static async Task<int> RunAsync(string[] args, CancellationToken cancel)
    {
        var line = CommandLine.Parse(args, ["seed", "minutes", "json"], []).WithWords(0, 0, "chaos " + Help);
        var seed = line.Number("seed", Random.Shared.Next(1_000_000), 0, int.MaxValue);
        var minutes = line.Number("minutes", 3, 1, 24 * 60);
        Console.WriteLine($"seed {seed}: ./flashsale chaos --seed {seed} --minutes {minutes} injects the same faults again");

        var random = new Random(seed);
        var violations = new List<string>();
        var running = Stopwatch.StartNew();
        var rounds = 0;
        await using var system = await ChaosSystem.StartAsync(cancel);
        var faults = new Faults(system, random);
        while (running.Elapsed < TimeSpan.FromMinutes(minutes))
        {
            rounds++;
            violations.AddRange(await new ChaosRound(system, faults, random).RunAsync(Console.WriteLine, cancel));
        }

        Write(faults.Injected, violations, rounds, running.Elapsed);
        if (line.Text("json") is { } file)
        {
            var verdict = new Verdict(
                seed, running.Elapsed.TotalMinutes, rounds, faults.Injected.Values.Sum(), faults.Injected, violations);
            await File.WriteAllTextAsync(
                Path.GetFullPath(file, Repository.CalledFrom), JsonSerializer.Serialize(verdict, s_json) + "\n", cancel);
        }

        return violations.Count == 0 ? 0 : 1;
    }

    private static void Write(
        IReadOnlyDictionary<string, int> injected, List<string> violations, int rounds, TimeSpan took)
    {
        Console.WriteLine();
        foreach (var (name, count) in injected.OrderByDescending(pair => pair.Value)) Console.WriteLine($"{count,5} × {name}");
        Console.WriteLine($"{injected.Values.Sum()} faults in {rounds} sales, {took.TotalMinutes:f1} minutes");
        foreach (var violation in violations) Console.WriteLine($"VIOLATION {violation}");
        Console.WriteLine(violations.Count == 0 ? "verdict: 0 violations" : $"verdict: {violations.Count} VIOLATIONS");
    }

    /// <summary>What <c>--json</c> writes.</summary>
    private sealed record Verdict(
        int Seed, double Minutes, int Sales, int Faults, IReadOnlyDictionary<string, int> ByKind,
        IReadOnlyList<string> Violations);
}

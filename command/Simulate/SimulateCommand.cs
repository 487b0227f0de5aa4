using System.Globalization;

using FlashSale.Local;
using FlashSale.Simulator;
using FlashSale.Simulator.Checking;
using FlashSale.Simulator.Shrinking;

namespace FlashSale.Command.Simulate;

/// <summary><c>./flashsale simulate</c>: sales in virtual time, with faults of all kinds, and the checker's verdict.</summary>
public static class SimulateCommand
{
    /// <summary>What a person waits for a shorter trace, and more runs than it takes to find one.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);
    private const int MaxRuns = 2000;

    private static readonly TimeSpan s_progress = TimeSpan.FromSeconds(2);

    public static Verb Create()
    {
        var seed = Options.Number("--seed", 0, int.MaxValue, "another each time", "the same sales again");
        var sales = Options.Number("--sales", 1, int.MaxValue, 1000, "how many");
        var cores = Options.Number("--cores", 1, 256, 1, "how many are simulated side by side");
        var json = Options.Text("--json", "FILE", "adds this run to the sum of all that were given the file");
        var sale = Options.Number(
            "--sale", 0, int.MaxValue, "all",
            "replay only this one of the seed's sales, and tell how it fails in as few steps as are found");
        var faults = Options.Of(
            "--faults", "KIND,KIND…", Kinds, $"only faults of these kinds [default: all]: {string.Join(", ", Enum.GetNames<FaultKind>())}");
        var verb = new Verb("simulate", "Whole sales in virtual time, with faults of all kinds; exit 1 on a violation.")
        {
            seed, sales, cores, json, sale, faults,
        };
        verb.SetAction((call, cancel) =>
        {
            var first = call.GetValue(seed) ?? Random.Shared.Next(1_000_000);
            var file = call.GetValue(json) is { } path ? Path.GetFullPath(path, Repository.CalledFrom) : null;
            var kinds = call.GetValue(faults) ?? [];
            return call.GetValue(sale) is { } one
                ? Task.FromResult(Replay(first, one, JudgedSale.Of, Console.Out, kinds))
                : RunAsync(first, call.GetValue(sales), call.GetValue(cores), file, Console.Out, cancel, kinds);
        });
        return verb;
    }

    internal static async Task<int> RunAsync(
        int seed, int sales, int cores, string? file, TextWriter to, CancellationToken cancel, params IReadOnlyList<FaultKind> kinds)
    {
        if (file is not null && kinds.Count > 0) throw new UsageException("--json adds up sales with faults of all kinds, and --faults draws few");
        var only = kinds.Count == 0 ? "" : $" --faults {string.Join(',', kinds)}";
        await to.WriteLineAsync($"seed {seed}: ./flashsale simulate --seed {seed} --sales {sales}{only} simulates the same sales again");
        var (earlier, commit) = file is null ? ([], "") : (SimulateRecord.ReadBefore(seed, file), await Provenance.CommitAsync(cancel));
        var simulation = new Simulation((ulong)seed, kinds);
        var running = simulation.RunAsync(0, sales, cores, cancel);
        while (await Task.WhenAny(running, Task.Delay(s_progress, cancel)) != running && !cancel.IsCancellationRequested)
            await to.WriteLineAsync(Progress(simulation.Tally, sales));
        await running;
        cancel.ThrowIfCancellationRequested();

        var tally = simulation.Tally;
        if (file is not null)
            await SimulateRecord.WriteAsync(
                file, [.. earlier, SimulatedRun.Of(seed, commit, Provenance.Machine(), cores, tally)], cancel);
        foreach (var (kind, count) in tally.Faults.OrderByDescending(pair => pair.Value)) await to.WriteLineAsync($"{count,9} × {kind}");
        foreach (var failed in tally.Failed)
        {
            await to.WriteLineAsync($"VIOLATION in sale {failed.Sale} of invariant {failed.Violations[0]}");
            await to.WriteLineAsync($"  ./flashsale simulate --seed {seed} --sale {failed.Sale}{only} tells how");
        }

        await to.WriteLineAsync(Verdict(tally));
        return tally.FailedCount == 0 ? 0 : 1;
    }

    /// <summary>Runs one sale of a seed again; of one that fails, the trace of the smallest that was found.</summary>
    /// <param name="judge">Runs and judges a scenario.</param>
    internal static int Replay(
        int seed, int sale, Func<Scenario, JudgedSale> judge, TextWriter to, params IReadOnlyList<FaultKind> kinds)
    {
        var scenario = ScenarioSource.Draw(SaleSeeds.Of((ulong)seed, sale), kinds);
        var judged = judge(scenario);
        if (judged.Violations is not [var first, ..])
        {
            to.WriteLine($"sale {sale} of seed {seed}: {judged.Run.Events} events, {judged.Run.Faults.Values.Sum()} faults; "
                + "verdict: 0 violations");
            return 0;
        }

        foreach (var violation in judged.Violations) to.WriteLine($"VIOLATION in sale {sale} of invariant {violation}");
        var shrinker = new Shrinker(one => judge(one).Violations, MaxRuns, s_patience);
        var failing = shrinker.Shrink(new Failing(scenario, first));
        to.WriteLine($"{shrinker.Runs} runs later: {failing.Scenario.Shoppers.Count} of {scenario.Shoppers.Count} shoppers, "
            + $"{failing.Scenario.Faults.Count} of {scenario.Faults.Count} faults, "
            + $"{failing.Scenario.Changes.Count} of {scenario.Changes.Count} changes");
        // The trace marks the very facts of its run that led to the violation.
        var (run, found) = judge(failing.Scenario);
        var shown = found.First(one => one.Invariant == failing.Violation.Invariant);
        foreach (var text in Trace.Of(Rules.Of(failing.Scenario, run.EndedAt), shown, run.Facts)) to.WriteLine(text);
        return 1;
    }

    private static IReadOnlyList<FaultKind> Kinds(string text) =>
        [.. text.Split(',').Select(name => Enum.TryParse<FaultKind>(name, out var kind) && Enum.IsDefined(kind)
            ? kind : throw new FormatException($"{name} is no kind of fault"))];

    private static string Progress(Tally tally, int sales) => string.Create(
        CultureInfo.InvariantCulture, $"{tally.Sales} of {sales} sales, {tally.SalesPerSecond:0} a second, {tally.FailedCount} with violations")
        + (tally.Failed.Count == 0 ? "" : $": {string.Join(", ", tally.Failed.TakeLast(3).Select(failed => failed.Sale))}");

    private static string Verdict(Tally tally) => string.Create(
        CultureInfo.InvariantCulture,
        $"verdict: {tally.Sales} sales, {tally.Events} events, {tally.FaultCount} faults of {tally.Faults.Count(pair => pair.Value > 0)} kinds, "
            + $"{(tally.FailedCount == 0 ? "0 violations" : $"{tally.FailedCount} sales with VIOLATIONS")}, {tally.SalesPerSecond:0} sales a second");
}

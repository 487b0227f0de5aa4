using System.Diagnostics;

namespace FlashSale.LoadTest.Chaos;

/// <summary>Faults under load, sale after sale, on one system.</summary>
public static class ChaosRun
{
    /// <summary>A sale for each of the seeds; each seed alone decides which faults its sale sees, in which order.</summary>
    /// <param name="layout">What the system stands on; one of each server on this machine when null.</param>
    /// <param name="afterEach">Called after each sale with what has been shown so far.</param>
    public static async Task<ChaosVerdict> RunAsync(
        IEnumerable<int> seeds, ChaosPlan plan, Action<string> say, CancellationToken cancel,
        Func<ChaosVerdict, Task>? afterEach = null, ChaosLayout? layout = null)
    {
        ArgumentNullException.ThrowIfNull(seeds);
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(say);
        var running = Stopwatch.StartNew();
        var injected = new SortedDictionary<string, int>(StringComparer.Ordinal);
        var violations = new List<string>();
        var used = new List<int>();
        await using var system = await ChaosSystem.StartAsync(layout ?? new ChaosLayout(), cancel);
        foreach (var seed in seeds)
        {
            used.Add(seed);
            var random = new Random(seed);
            var faults = new FaultInjector(system, random, plan, injected);
            say($"seed {seed}");
            var found = await new ChaosRound(system, faults, random, plan).RunAsync(say, cancel);
            violations.AddRange(found.Select(violation => $"seed {seed}: {violation}"));
            if (afterEach is not null) await afterEach(SoFar());
        }

        return SoFar();

        ChaosVerdict SoFar() =>
            new(used, running.Elapsed.TotalMinutes, injected.Values.Sum(), injected, violations)
            {
                Kinds = [.. system.OwnFaults.Select(kind => kind.Name).Order(StringComparer.Ordinal)],
            };
    }
}

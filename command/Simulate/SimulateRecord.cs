using System.Text.Json;

using FlashSale.Contract;
using FlashSale.Local;

namespace FlashSale.Command.Simulate;

/// <summary>Simulations in one file: each run as it was, and the sum of all. No two have the same seed, so none counts twice.</summary>
public sealed record SimulateRecord(SimulateTotal Total, IReadOnlyList<SimulatedRun> Runs)
{
    private static readonly JsonSerializerOptions s_json = new(Wire.Json) { WriteIndented = true };

    /// <summary>The runs that the file has; none when there is no file yet.</summary>
    /// <exception cref="UsageException">The file holds something else, or this seed already.</exception>
    public static IReadOnlyList<SimulatedRun> ReadBefore(int seed, string file)
    {
        if (!File.Exists(file)) return [];
        IReadOnlyList<SimulatedRun>? runs;
        try
        {
            runs = JsonSerializer.Deserialize<SimulateRecord>(File.ReadAllText(file), s_json)?.Runs;
        }
        catch (JsonException error)
        {
            throw new UsageException($"{file} holds no simulations: {error.Message}");
        }

        if (runs is null) throw new UsageException($"{file} holds no simulations");
        return runs.All(run => run.Seed != seed)
            ? runs : throw new UsageException($"{file} has the sales of seed {seed} already: give another --seed");
    }

    /// <summary>Replaces the file as a whole.</summary>
    public static async Task WriteAsync(string file, IReadOnlyList<SimulatedRun> runs, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(runs);
        var total = new SimulateTotal(
            runs.Count, runs.Sum(run => run.Sales), runs.Sum(run => run.Events), runs.Sum(run => run.Faults),
            Sorted(runs.SelectMany(run => run.ByKind).GroupBy(kind => kind.Key, kind => kind.Value)
                .Select(kind => KeyValuePair.Create(kind.Key, kind.Sum()))),
            runs.Sum(run => run.FailedSales));
        var half = file + ".new";
        await File.WriteAllTextAsync(half, JsonSerializer.Serialize(new SimulateRecord(total, runs), s_json) + "\n", cancel);
        File.Move(half, file, overwrite: true);
    }

    internal static SortedDictionary<string, long> Sorted(IEnumerable<KeyValuePair<string, long>> byKind) =>
        new(new Dictionary<string, long>(byKind), StringComparer.Ordinal);
}

using System.Text.Json;

using FlashSale.Contract;
using FlashSale.Local;

namespace FlashSale.LoadTest.Chaos;

/// <summary>Chaos runs in one file: each run as it was, and the sum of all.</summary>
public sealed record ChaosRecord(ChaosTotal Total, IReadOnlyList<RecordedRun> Runs)
{
    private static readonly JsonSerializerOptions s_json = new(Wire.Json) { WriteIndented = true };

    /// <summary>The runs that the file has; none when there is no file yet.</summary>
    /// <exception cref="UsageException">The file holds something else.</exception>
    public static IReadOnlyList<RecordedRun> Read(string file)
    {
        if (!File.Exists(file)) return [];
        try
        {
            return JsonSerializer.Deserialize<ChaosRecord>(File.ReadAllText(file), s_json)?.Runs
                ?? throw new UsageException($"{file} holds no chaos runs");
        }
        catch (JsonException error)
        {
            throw new UsageException($"{file} holds no chaos runs: {error.Message}");
        }
    }

    /// <summary>Replaces the file as a whole, so that a run that is ended half-way leaves what it had shown.</summary>
    public static async Task WriteAsync(string file, IReadOnlyList<RecordedRun> runs, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(runs);
        var total = new ChaosTotal(
            runs.Count, runs.Sum(run => run.Sales), runs.Sum(run => run.Minutes), runs.Sum(run => run.Faults),
            ByKind(runs), runs.Sum(run => run.Violations.Count));
        var half = file + ".new";
        await File.WriteAllTextAsync(half, JsonSerializer.Serialize(new ChaosRecord(total, runs), s_json) + "\n", cancel);
        File.Move(half, file, overwrite: true);
    }

    private static SortedDictionary<string, int> ByKind(IEnumerable<RecordedRun> runs) => new(
        runs.SelectMany(run => run.ByKind).GroupBy(kind => kind.Key).ToDictionary(kind => kind.Key, kind => kind.Sum(k => k.Value)),
        StringComparer.Ordinal);
}

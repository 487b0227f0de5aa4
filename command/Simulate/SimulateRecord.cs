using FlashSale.Local;

namespace FlashSale.Command.Simulate;

/// <summary>Simulations in one file: each run as it was, and the sum of all. No two have the same seed, so none counts twice.</summary>
public sealed record SimulateRecord(SimulateTotal Total, IReadOnlyList<SimulatedRun> Runs)
{
    private const string What = "simulations";

    /// <summary>The runs that the file has; none when there is no file yet.</summary>
    /// <exception cref="UsageException">The file holds something else, or this seed already.</exception>
    public static IReadOnlyList<SimulatedRun> ReadBefore(int seed, string file)
    {
        if (RecordFile.Read<SimulateRecord>(file, What) is not { } record) return [];
        if (record.Runs is null) throw new UsageException($"{file} holds no {What}");
        return record.Runs.All(run => run.Seed != seed)
            ? record.Runs : throw new UsageException($"{file} has the sales of seed {seed} already: give another --seed");
    }

    public static Task WriteAsync(string file, IReadOnlyList<SimulatedRun> runs, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(runs);
        var total = new SimulateTotal(
            runs.Count, runs.Sum(run => run.Sales), runs.Sum(run => run.Events), runs.Sum(run => run.Faults),
            Sorted(runs.SelectMany(run => run.ByKind).GroupBy(kind => kind.Key, kind => kind.Value)
                .Select(kind => KeyValuePair.Create(kind.Key, kind.Sum()))),
            runs.Sum(run => run.FailedSales));
        return RecordFile.WriteAsync(file, new SimulateRecord(total, runs), cancel);
    }

    internal static SortedDictionary<string, long> Sorted(IEnumerable<KeyValuePair<string, long>> byKind) =>
        new(new Dictionary<string, long>(byKind), StringComparer.Ordinal);
}

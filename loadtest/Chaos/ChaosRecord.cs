using FlashSale.Local;

namespace FlashSale.LoadTest.Chaos;

/// <summary>Chaos runs in one file: each run as it was, and the sum of all.</summary>
public sealed record ChaosRecord(ChaosTotal Total, IReadOnlyList<RecordedRun> Runs)
{
    private const string What = "chaos runs";

    /// <summary>The runs that the file has; none when there is no file yet.</summary>
    /// <exception cref="UsageException">The file holds something else.</exception>
    public static IReadOnlyList<RecordedRun> Read(string file) => RecordFile.Read<ChaosRecord>(file, What) switch
    {
        null => [],
        { Runs: null } => throw new UsageException($"{file} holds no {What}"),
        var record => record.Runs,
    };

    public static Task WriteAsync(string file, IReadOnlyList<RecordedRun> runs, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(runs);
        var total = new ChaosTotal(
            runs.Count, runs.Sum(run => run.Sales), runs.Sum(run => run.Minutes), runs.Sum(run => run.Faults),
            ByKind(runs), runs.Sum(run => run.Violations.Count));
        return RecordFile.WriteAsync(file, new ChaosRecord(total, runs), cancel);
    }

    private static SortedDictionary<string, int> ByKind(IEnumerable<RecordedRun> runs) => new(
        runs.SelectMany(run => run.ByKind).GroupBy(kind => kind.Key).ToDictionary(kind => kind.Key, kind => kind.Sum(k => k.Value)),
        StringComparer.Ordinal);
}

using System.Text.Json;

using FlashSale.Contract;
using FlashSale.Local;
using FlashSale.Simulator;

namespace FlashSale.Command.Simulate;

/// <summary>A recorded run: <c>./flashsale simulate --seed {Seed} --sales {Sales}</c> at <paramref name="Commit"/>.</summary>
/// <param name="Faults">All of them; <paramref name="ByKind"/> says which.</param>
/// <param name="Violations">One for each sale that had any, of the first hundred: each names its sale.</param>
public sealed record SimulateRecord(
    string Machine, string Commit, int Seed, int Cores, long Sales, long Events, long Faults,
    IReadOnlyDictionary<string, long> ByKind, IReadOnlyList<string> Violations, double SalesPerSecond)
{
    private static readonly JsonSerializerOptions s_json = new(Wire.Json) { WriteIndented = true };

    /// <summary>Replaces the file as a whole.</summary>
    public static async Task WriteAsync(string file, int seed, int cores, Tally tally, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(tally);
        var record = new SimulateRecord(
            Provenance.Machine(), await Provenance.CommitAsync(cancel), seed, cores, tally.Sales, tally.Events, tally.FaultCount,
            new SortedDictionary<string, long>(
                tally.Faults.ToDictionary(pair => pair.Key.ToString(), pair => pair.Value), StringComparer.Ordinal),
            [.. tally.Failed.Select(failed => $"sale {failed.Sale}: {failed.Violations[0]}")], Math.Round(tally.SalesPerSecond, 1));
        var half = file + ".new";
        await File.WriteAllTextAsync(half, JsonSerializer.Serialize(record, s_json) + "\n", cancel);
        File.Move(half, file, overwrite: true);
    }
}

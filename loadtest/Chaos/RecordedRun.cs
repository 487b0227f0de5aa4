using System.Text.Json.Serialization;

namespace FlashSale.LoadTest.Chaos;

/// <summary>One run: <c>./flashsale chaos --seed {Seed}</c> at <paramref name="Commit"/>.</summary>
/// <param name="Seed">Of the first sale; each further sale has the next number.</param>
/// <param name="Violations">Each names the seed of its sale.</param>
public sealed record RecordedRun(
    int Seed, string Commit, string Machine, int Sales, double Minutes, int Faults,
    IReadOnlyDictionary<string, int> ByKind, IReadOnlyList<string> Violations)
{
    /// <summary>What it stood on, where that was more than one of each server on one machine.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Layout { get; init; }
}

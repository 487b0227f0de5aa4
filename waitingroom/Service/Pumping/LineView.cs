using System.Globalization;

using FlashSale.Contract;
using FlashSale.Queue;

using StackExchange.Redis;

namespace FlashSale.WaitingRoom.Pumping;

/// <summary>What <c>look.lua</c> saw of a line.</summary>
public sealed record LineView
{
    public required uint Epoch { get; init; }
    public required long Next { get; init; }
    public required long Head { get; init; }
    public required long Skipped { get; init; }

    /// <summary>M of the shuffle, 0 for a fifo order, null before the start.</summary>
    public long? Shuffled { get; init; }
    public required string Past { get; init; }

    /// <summary>Nobody is admitted before (epoch seconds of the ledger): older tickets take their places again.</summary>
    public long RecoverUntil { get; init; }

    /// <summary>Until then units may be promised that nobody here knows of.</summary>
    public long BlockedUntil { get; init; }

    /// <summary>Redis time in ms.</summary>
    public required long Time { get; init; }
    public IReadOnlyList<Place> Freed { get; init; } = [];
    public long ReturningCount { get; init; }
    public IReadOnlyList<string> Returning { get; init; } = [];
    public IReadOnlyDictionary<string, long> Present { get; init; } = new Dictionary<string, long>();

    /// <summary>Edges heard lately, with the rank up to which each has told whom it has seen.</summary>
    public IReadOnlyList<long> Coverages { get; init; } = [];

    /// <summary>Every edge that was heard within the last minute.</summary>
    public IReadOnlyList<EdgeNumbers> Edges { get; init; } = [];

    /// <summary>Up to this rank every live edge has told whom it has seen; 0 without edges.</summary>
    public long Covered => Coverages.Count == 0 ? 0 : Coverages.Min();

    public IReadOnlyList<PastEpoch> PastEpochs =>
        [.. Past.Split(' ', StringSplitOptions.RemoveEmptyEntries).Take(16).Select(text =>
        {
            var parts = text.Split(':');
            long? shuffled = parts[1] == "-" ? null : long.Parse(parts[1], CultureInfo.InvariantCulture);
            return new PastEpoch(uint.Parse(parts[0], CultureInfo.InvariantCulture), shuffled);
        })];

    public static LineView Read(RedisResult answer)
    {
        var line = answer[1].ToDictionary();
        var time = (long)answer[2];
        var told = answer[7].ToDictionary().Values.Select(text => ((string)text!).Split(' ')).ToList();
        var edges = told.Where(parts => SeenMsAgo(parts, time) < EdgeNumbers.LiveMs);
        return new LineView
        {
            Epoch = (uint)Number(line, "epoch")!,
            Next = Number(line, "next")!.Value,
            Head = Number(line, "head")!.Value,
            Skipped = Number(line, "skipped") ?? 0,
            Shuffled = Number(line, "shuffled"),
            Past = line.TryGetValue("past", out var past) ? (string)past! : "",
            RecoverUntil = Number(line, "recoverUntil") ?? 0,
            BlockedUntil = Number(line, "blockedUntil") ?? 0,
            Time = time,
            Freed = [.. ((string[])answer[3]!).Select(LineKeys.ParseField)],
            ReturningCount = (long)answer[4],
            Returning = (string[])answer[5]!,
            Present = answer[6].ToDictionary().ToDictionary(pair => pair.Key, pair => (long)pair.Value),
            Coverages = [.. edges.Select(parts => long.Parse(parts[1], CultureInfo.InvariantCulture))],
            Edges = [.. told.Where(parts => parts.Length > 5).Select(parts => new EdgeNumbers(
                parts[4], parts[5], double.Parse(parts[3], CultureInfo.InvariantCulture),
                double.Parse(parts[2], CultureInfo.InvariantCulture), SeenMsAgo(parts, time))).OrderBy(edge => edge.Name)],
        };
    }

    private static long SeenMsAgo(string[] parts, long time) => time - long.Parse(parts[0], CultureInfo.InvariantCulture);

    private static long? Number(Dictionary<string, RedisResult> line, string field) =>
        line.TryGetValue(field, out var value) ? (long)value : null;
}

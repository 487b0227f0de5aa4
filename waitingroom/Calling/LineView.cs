using System.Globalization;

using FlashSale.Contract;
using FlashSale.Queue;

namespace FlashSale.Calling;

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
    public IReadOnlyDictionary<string, Sighting> Present { get; init; } = new Dictionary<string, Sighting>();

    /// <summary>Edges heard lately, with the rank up to which each has told whom it has seen.</summary>
    public IReadOnlyList<long> Coverages { get; init; } = [];

    /// <summary>What each edge that was heard within the last minute is called in Redis.</summary>
    public IReadOnlyList<string> EdgeIds { get; init; } = [];

    /// <summary>Every edge that was heard within the last minute.</summary>
    public IReadOnlyList<EdgeNumbers> Edges { get; init; } = [];

    /// <summary>Up to this rank every live edge has told whom it has seen; 0 without edges.</summary>
    public long Covered => Coverages.Count == 0 ? 0 : Coverages.Min();

    /// <summary>The epochs up to this one, as <c>begin.lua</c> takes them for the next.</summary>
    public string PastWithIt => $"{Epoch}:{Shuffled?.ToString(CultureInfo.InvariantCulture) ?? "-"} {Past}".TrimEnd();

    /// <summary>The epochs before this one, newest first.</summary>
    public IReadOnlyList<PastEpoch> PastEpochs => Past.Length == 0 ? [] :
        [.. Past.Split(' ', StringSplitOptions.RemoveEmptyEntries).Take(16).Select(text =>
        {
            var parts = text.Split(':');
            long? shuffled = parts[1] == "-" ? null : long.Parse(parts[1], CultureInfo.InvariantCulture);
            return new PastEpoch(uint.Parse(parts[0], CultureInfo.InvariantCulture), shuffled);
        })];
}

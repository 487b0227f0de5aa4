using FlashSale.Contract;
using FlashSale.Queue;

namespace FlashSale.LoadTest.Verify;

/// <summary>
/// Judges a sale's order by what is public alone: each log is whole, the shuffle is the one that was committed to, whoever came
/// back went first, by rank, and nobody was called while someone before them was not.
/// </summary>
public sealed class OrderJudge
{
    /// <summary>
    /// A leader decides by what it has seen a moment ago, five seconds at the most. Who came back within this time before a call may
    /// have come too late for it.
    /// </summary>
    public static readonly TimeSpan Moment = TimeSpan.FromSeconds(10);

    private readonly PublicLog _log;
    private readonly PublicRanks _ranks;
    private readonly List<string> _violations = [];

    /// <summary>Who has come back and waits, and since when.</summary>
    private readonly SortedDictionary<(uint Epoch, long Rank, uint Number), DateTimeOffset> _back = [];
    private readonly HashSet<Place> _cameBack = [];
    private readonly HashSet<Place> _called = [];
    private readonly HashSet<Place> _left = [];

    /// <summary>Ranks of this epoch whose turn has been, or that were left; all below <see cref="_next"/> are.</summary>
    private readonly HashSet<long> _done = [];
    private long _next = 1;

    /// <summary>Epochs before, the order of whose places was lost with them: these are not held to one.</summary>
    private readonly IReadOnlySet<uint> _lost;

    private OrderJudge(PublicLog log, PublicRanks ranks, IReadOnlySet<uint> lost) => (_log, _ranks, _lost) = (log, ranks, lost);

    /// <summary>What contradicts the rules; empty when nothing does.</summary>
    public static IReadOnlyList<string> Judge(PublicOrder order)
    {
        ArgumentNullException.ThrowIfNull(order);
        if (Commitment(order) is { } broken) return [broken];
        var ranks = new PublicRanks(order);
        var lost = Lost(order);
        return [.. order.Logs.SelectMany(log => new OrderJudge(log, ranks, lost).Read())];
    }

    /// <summary>
    /// Epochs before, of which it is not known how many numbers were shuffled, or was not always: some of their places came back
    /// under one rank, and some under another.
    /// </summary>
    public static IReadOnlySet<uint> Lost(PublicOrder order)
    {
        ArgumentNullException.ThrowIfNull(order);
        if (order.Shuffle is not { } shuffle) return new HashSet<uint>();
        return shuffle.Past?.Where(past => past.Count is null).Select(past => past.Epoch)
            .Concat(order.Logs.SelectMany(ReturnedTwice)).ToHashSet() ?? [];
    }

    /// <summary>Whose place came back although it was there: under another rank.</summary>
    private static IEnumerable<uint> ReturnedTwice(PublicLog log)
    {
        var back = new HashSet<Place>();
        foreach (var entry in log.Calls)
        {
            if (entry.Epoch is not { } epoch) continue;
            var place = new Place(epoch, entry.Number);
            if (entry.What is not ("returned" or "requeued")) back.Remove(place);
            else if (!back.Add(place)) yield return epoch;
        }
    }

    private static string? Commitment(PublicOrder order)
    {
        if (order.Shuffle is not { } shuffle) return null;
        if (shuffle.Seed is not { } seed)
            return order.Calls.Any(one => one.What == "called") ? "numbers were called before the order was drawn" : null;
        if (shuffle.Beacon is { Value: null }) return "the seed was published before the beacon's value";
        var hash = Draw.Commitment(seed, shuffle.Beacon?.Name);
        return hash == shuffle.SeedHash ? null
            : $"the seed and the beacon are not those that were committed to: their hash is {hash}, not {shuffle.SeedHash}";
    }

    private List<string> Read()
    {
        for (var i = 0; i < _log.Calls.Count; i++)
        {
            var entry = _log.Calls[i];
            if (entry.N != i + 1)
            {
                Refuse(entry, $"stands where entry {i + 1} should: the log has a gap");
                break;
            }

            var place = new Place(entry.Epoch ?? _log.Epoch, entry.Number);
            Read(entry, place, (place.Epoch, _ranks.Of(place), place.Number), place.Epoch == _log.Epoch);
        }

        return _violations;
    }

    private void Read(CallEntry entry, Place place, (uint Epoch, long Rank, uint Number) member, bool isCurrent)
    {
        switch (entry.What)
        {
            case "called":
                Called(entry, place, member, isCurrent);
                break;
            case "passedOver":
                if (!_back.Remove(member) && isCurrent) InTurn(entry, place, member.Rank, "passed over");
                break;
            case "returned":
                if (isCurrent && !IsDone(member.Rank)) Refuse(entry, "came back before it was passed over");
                Back(entry, place, member);
                break;
            case "requeued":
                if (isCurrent && !_called.Remove(place)) Refuse(entry, "is to be called again, and was not called");
                Back(entry, place, member);
                _left.Remove(place);
                break;
            case "left":
                _back.Remove(member);
                _left.Add(place);
                if (isCurrent) Done(member.Rank);
                break;
            case "missed":
                if (isCurrent && !_called.Contains(place)) Refuse(entry, "missed a turn that it did not have");
                break;
            default:
                Refuse(entry, $"has '{entry.What}', which is not known");
                break;
        }
    }

    private void Called(CallEntry entry, Place place, (uint Epoch, long Rank, uint Number) member, bool isCurrent)
    {
        if (_left.Contains(place)) Refuse(entry, "was called after it had been left");
        var wasBack = _back.Remove(member);
        // Under one of its two ranks it may have been passed over, and under the other not.
        if (!wasBack && !isCurrent && _lost.Contains(place.Epoch) && _cameBack.Contains(place)) wasBack = true;
        if (!wasBack && !isCurrent) Refuse(entry, $"of epoch {place.Epoch} was called, and had not come back");
        else if (!wasBack && IsDone(member.Rank)) Refuse(entry, "was called when its turn had been, and had not come back");
        else if (!wasBack) InTurn(entry, place, member.Rank, "called");
        foreach (var (other, since) in _back)
        {
            if (wasBack && other.CompareTo(member) > 0) break;
            if (since > entry.At - Moment || (other.Epoch == member.Epoch && _lost.Contains(other.Epoch))) continue;
            Refuse(entry, $"was called before number {other.Number}, which had come back and goes first");
            break;
        }

        _called.Add(place);
    }

    private void Back(CallEntry entry, Place place, (uint Epoch, long Rank, uint Number) member)
    {
        _back.TryAdd(member, entry.At);
        _cameBack.Add(place);
    }

    /// <summary>Of those who have not been passed over each has its turn after all before it.</summary>
    private void InTurn(CallEntry entry, Place place, long rank, string what)
    {
        if (_called.Contains(place)) Refuse(entry, $"was {what} after it had been called");
        else if (rank > _next) Refuse(entry, $"of rank {rank} was {what} before rank {_next}");
        Done(rank);
    }

    private bool IsDone(long rank) => rank < _next || _done.Contains(rank);

    private void Done(long rank)
    {
        if (rank >= _next) _done.Add(rank);
        while (_done.Remove(_next)) _next++;
    }

    private void Refuse(CallEntry entry, string what) =>
        _violations.Add($"log of epoch {_log.Epoch}, entry {entry.N}: number {entry.Number} {what}");
}

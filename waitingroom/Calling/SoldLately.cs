using FlashSale.Contract;

namespace FlashSale.Calling;

/// <summary>
/// What the ledger has told as sold within the last seconds. It tells everything that has changed for ten seconds again, so a
/// sale that it tells no more has been lost: it was put back to an older state, by so little that it does not show as an
/// outage. (What of this is held, or was, shows in <see cref="UnitBook.HeldSum"/>.)
/// </summary>
public sealed class SoldLately
{
    /// <summary>
    /// A sale that was told first within this time before the last answer must be told in the next, whenever that comes. A change counts
    /// from when its statement began: one that took seven seconds more to commit is taken for lost, and everything is asked for, which
    /// costs time and nothing else.
    /// </summary>
    private static readonly TimeSpan s_told = TimeSpan.FromSeconds(3);

    /// <summary>The admissions, each with the ledger's time when it was told first; null before the first changes after all was told.</summary>
    private Dictionary<string, DateTimeOffset>? _told;

    /// <summary>The ledger's time of the last answer: the next one tells again what has changed since ten seconds before.</summary>
    private DateTimeOffset _last;

    /// <summary>What the ledger tells next is of no interest here, should it tell nothing.</summary>
    public bool IsEmpty => _told is not { Count: > 0 };

    /// <summary>Takes what the ledger tells; true when something is missing in it.</summary>
    /// <param name="full">All is told: whatever is missing is seen to be.</param>
    public bool Misses(IReadOnlyCollection<LedgerUnit> units, DateTimeOffset asOf, bool full)
    {
        ArgumentNullException.ThrowIfNull(units);
        var (before, last) = (_told, _last);
        (_told, _last) = (null, asOf);
        if (full) return false;
        var told = _told = new Dictionary<string, DateTimeOffset>(StringComparer.Ordinal);
        foreach (var unit in units.Where(unit => unit.State is UnitState.Sold))
            told[unit.Admission] = before is null ? DateTimeOffset.MinValue : before.GetValueOrDefault(unit.Admission, asOf);
        if (before is null) return false;
        // Its money may have gone back since; but a cart that has ended was never sold in the ledger that tells of it.
        return before.Any(one => one.Value > last - s_told && !told.ContainsKey(one.Key)
            && units.All(unit => unit.Admission != one.Key || unit.MayJoinAgain is null));
    }
}

using FlashSale.Contract;
using FlashSale.Queue;

namespace FlashSale.Calling;

/// <summary>
/// Invariant 3: whose turn it is. First those who were passed over and came back, older epochs first, by rank; then the
/// ranks after the head. Who is away is passed over, but only as far as every edge has told whom it has seen.
/// <para>
/// Invariant 9: who is here but told to stay away for longer than a turn could wait for is waited for, and nobody behind
/// them is called: they are due in time, or away, after one poll interval at the most, and all of them together.
/// </para>
/// </summary>
public static class Chooser
{
    /// <summary>Keys of present that are forgotten in one call; more follow.</summary>
    private const int MaxForget = 1000;

    private enum Standing { Away, Here, Due }

    /// <summary>Who gets the units; null when nothing changes.</summary>
    /// <param name="hasUnit">
    /// A place that has one, and gets no second. After a loss one place may have come back under two ranks: by the order of its
    /// epoch, and by the one that counts when that is not known.
    /// </param>
    public static Choice? Choose(
        LineView view, Sale sale, LineOrdering ordering, IReadOnlyList<int> units, long redeemBy, int horizon,
        Func<Place, bool>? hasUnit = null)
    {
        if (units.Count == 0) return null;
        var dueBy = view.Time + TurnTimes.ReachMs(sale.ClaimSeconds);
        var (admissions, drop, called) = (new List<AdmittedPlace>(), new List<string>(), new HashSet<Place>());
        // Whoever returned goes first: while some have not been looked at, or are waited for, the head stays.
        var isHeld = view.ReturningCount > view.Returning.Count;
        foreach (var member in view.Returning)
        {
            if (admissions.Count == units.Count) break;
            var (place, rank) = LineKeys.ParseMember(member);
            var standing = Has(place) ? Standing.Away : Of(place);
            isHeld |= standing == Standing.Here;
            if (standing == Standing.Here) break;
            if (standing == Standing.Due) Admit(place, rank);
            else drop.Add(member);
        }

        var (head, passed) = (view.Head, new List<PassedPlace>());
        while (!isHeld && admissions.Count < units.Count && head < view.Next && head < view.Head + horizon)
        {
            var rank = head + 1;
            var place = new Place(view.Epoch, ordering.NumberAt(sale, view.Shuffled, rank));
            if (!Has(place))
            {
                var standing = Of(place);
                if (standing == Standing.Here) break;
                if (standing == Standing.Due) Admit(place, rank);
                else if (rank <= view.Covered) passed.Add(new PassedPlace(place, rank, admissions.Count));
                else break;
            }

            head = rank;
        }

        List<string> forget = [.. view.Present.Where(one => IsAway(one.Value)).Select(one => one.Key).Take(MaxForget)];
        return admissions.Count == 0 && head == view.Head && drop.Count == 0 && forget.Count == 0
            ? null : new Choice(admissions, head, view.Skipped + passed.Count, drop, forget)
            {
                DueBy = dueBy,
                SeenSince = view.Time - sale.PresenceSeconds * 1000L,
                Passed = passed,
            };

        Standing Of(Place place) =>
            !view.Present.TryGetValue(LineKeys.Field(place), out var seen) || IsAway(seen) ? Standing.Away
            : seen.DueMs > dueBy ? Standing.Here : Standing.Due;

        bool IsAway(Sighting seen) => seen.HereUntilMs(sale.PresenceSeconds) < view.Time;

        bool Has(Place place) => called.Contains(place) || hasUnit?.Invoke(place) is true;

        void Admit(Place place, long rank)
        {
            called.Add(place);
            admissions.Add(new AdmittedPlace(place, rank, units[admissions.Count], redeemBy, Claimed: false));
        }
    }
}

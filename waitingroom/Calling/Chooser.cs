using FlashSale.Contract;
using FlashSale.Queue;

namespace FlashSale.Calling;

/// <summary>
/// Invariant 3: whose turn it is. First those who were passed over and came back, older epochs first, by rank; then the
/// ranks after the head. Who is away is passed over, but only as far as every edge has told whom it has seen.
/// </summary>
public static class Chooser
{
    /// <summary>Who gets the units; null when nothing changes.</summary>
    public static Choice? Choose(
        LineView view, Sale sale, LineOrdering ordering, IReadOnlyList<int> units, long redeemBy, int horizon)
    {
        if (units.Count == 0) return null;
        var seenAfter = view.Time - sale.PresenceSeconds * 1000L;
        var (admissions, drop) = (new List<AdmittedPlace>(), new List<string>());
        foreach (var member in view.Returning)
        {
            if (admissions.Count == units.Count) break;
            var (place, rank) = LineKeys.ParseMember(member);
            if (IsPresent(place)) Admit(place, rank);
            else drop.Add(member);
        }

        var (head, skipped) = (view.Head, view.Skipped);
        // Whoever returned goes first: while some have not been looked at, the head stays.
        var more = view.ReturningCount > view.Returning.Count;
        while (!more && admissions.Count < units.Count && head < view.Next && head < view.Head + horizon)
        {
            var rank = head + 1;
            var place = new Place(view.Epoch, ordering.NumberAt(sale, view.Shuffled, rank));
            if (IsPresent(place)) Admit(place, rank);
            else if (rank <= view.Covered) skipped++;
            else break;
            head = rank;
        }

        List<string> forget = [.. view.Present.Where(one => one.Value < seenAfter).Select(one => one.Key).Take(1000)];
        return admissions.Count == 0 && head == view.Head && drop.Count == 0 && forget.Count == 0
            ? null : new Choice(admissions, head, skipped, drop, forget);

        bool IsPresent(Place place) =>
            view.Present.TryGetValue(LineKeys.Field(place), out var seen) && seen >= seenAfter;

        void Admit(Place place, long rank) =>
            admissions.Add(new AdmittedPlace(place, rank, units[admissions.Count], redeemBy, Claimed: false));
    }
}

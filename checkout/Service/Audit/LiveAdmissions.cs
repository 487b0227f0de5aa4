using FlashSale.Checkout.Ledger;
using FlashSale.Contract;

namespace FlashSale.Checkout.Audit;

/// <summary>
/// Which admissions were alive at the moment at which the ledger was read. The line and the ledger can't be read at one moment,
/// and units move all the time; so the line is read before and after. An admission that is in both readings was out all
/// the while, and the ledger's own rows say what had become of it: one that has made a reservation is not admitted any more,
/// whether or not the line has heard of it, and neither is one whose time is over or whose unit is withdrawn.
/// </summary>
/// <param name="Count">Admissions whose unit waits for them.</param>
/// <param name="Violations">In words: units that two have.</param>
internal sealed record LiveAdmissions(int Count, IReadOnlyList<string> Violations)
{
    /// <param name="rows">Of the ledger at <paramref name="asOf"/>: the admissions' own, and those that have their units.</param>
    public static LiveAdmissions At(
        DateTimeOffset asOf, IEnumerable<LineAdmission> before, IReadOnlyCollection<AuditedUnit> rows,
        IEnumerable<LineAdmission> after)
    {
        var spent = rows.Select(row => row.Admission).ToHashSet();
        var taken = rows.Where(row => row.LiveUnit is not null).ToLookup(row => row.LiveUnit!.Value);
        var alive = before.Intersect(after)
            .Where(one => one.RedeemBy > asOf.ToUnixTimeSeconds() && !spent.Contains(one.Id)
                && taken[one.Unit].All(row => row.State is not ReservationState.Withdrawn))
            .ToList();
        return new LiveAdmissions(alive.Count,
        [
            .. alive.Where(one => taken[one.Unit].Any()).Select(one =>
                $"invariant 1: unit {one.Unit} is promised by admission {one.Id} and is {taken[one.Unit].First().State} already"),
            .. alive.GroupBy(one => one.Unit).Where(unit => unit.Count() > 1).Select(unit =>
                $"invariant 1: unit {unit.Key} is promised by {unit.Count()} admissions"),
        ]);
    }
}

namespace FlashSale.LoadTest.Chaos;

/// <summary>
/// Proves or refutes the invariants from what the clients were told, the ledger's rows and the provider's ledger. It shares
/// no code with the services and looks at nothing of theirs but the reservations table.
/// </summary>
public static class Checker
{
    /// <summary>Every violation found, each a sentence that names its invariant; empty means proven.</summary>
    public static IReadOnlyList<string> Check(Evidence evidence)
    {
        ArgumentNullException.ThrowIfNull(evidence);
        return
        [
            .. NeverOversold(evidence), .. AdmissionCheck.Check(evidence), .. OneEach(evidence),
            .. OrderCheck.Check(evidence), .. StarvedCheck.Check(evidence), .. OneReservationAnAdmission(evidence), .. PaidMeansSold(evidence), .. NothingLeaks(evidence),
            .. AnAnswerIsAPromise(evidence), .. PlaceCheck.Check(evidence), .. RefusalCheck.Check(evidence),
            .. NewsCheck.Check(evidence),
        ];
    }

    private static IEnumerable<string> NeverOversold(Evidence evidence)
    {
        foreach (var unit in evidence.Ledger.GroupBy(row => row.Unit))
        {
            if (unit.Key < 1 || unit.Key > evidence.Inventory)
                yield return $"1: unit {unit.Key} is not one of 1..{evidence.Inventory}";
            var rows = unit.OrderBy(row => row.Created).ToArray();
            for (var i = 1; i < rows.Length; i++)
                if (rows[i - 1].Ended is not { } ended || ended > rows[i].Created)
                    yield return $"1: unit {unit.Key} was in {rows[i - 1].Id} and {rows[i].Id} at the same time";
        }

        // A live set that grows past the inventory at any instant, by the ledger's clock.
        var live = 0;
        var changes = evidence.Ledger.SelectMany(row => row.Ended is { } ended
            ? new[] { (At: row.Created, By: 1), (At: ended, By: -1) } : [(At: row.Created, By: 1)]);
        foreach (var (at, by) in changes.OrderBy(change => change.At).ThenBy(change => change.By))
            if ((live += by) > evidence.Inventory)
                yield return $"1: {live} units were live at {at:O}, of {evidence.Inventory}";
    }

    private static IEnumerable<string> OneEach(Evidence evidence)
    {
        foreach (var shopper in evidence.Ledger.GroupBy(row => row.Shopper))
        {
            if (shopper.Count(row => row.State == "sold") > 1) yield return $"2: {shopper.Key} bought more than one unit";
            var rows = shopper.OrderBy(row => row.Created).ToArray();
            for (var i = 1; i < rows.Length; i++)
                if (rows[i - 1].Ended is not { } ended || ended > rows[i].Created)
                    yield return $"2: {shopper.Key} had {rows[i - 1].Id} and {rows[i].Id} at the same time";
        }

        // An admission's id names its place (epoch and number) and its unit.
        foreach (var place in evidence.History.Where(e => e is { Act: HistoryAct.Claim, Answer: HistoryAnswer.Ok })
                     .GroupBy(e => e.Admission[..e.Admission.LastIndexOf('-')]))
            if (place.Select(e => e.Shopper).Distinct().Skip(1).Any())
                yield return $"2: the place {place.Key} was given to more than one shopper";
    }

    private static IEnumerable<string> OneReservationAnAdmission(Evidence evidence) =>
        evidence.Ledger.Where(row => row.Admission.Length > 0).GroupBy(row => row.Admission)
            .Where(rows => rows.Skip(1).Any())
            .Select(rows => $"4: admission {rows.Key} made {rows.Count()} reservations");

    private static IEnumerable<string> PaidMeansSold(Evidence evidence)
    {
        var net = evidence.Provider.GroupBy(payment => payment.Reservation)
            .ToDictionary(group => group.Key, group => group.ToArray());
        foreach (var row in evidence.Ledger)
        {
            var payments = net.GetValueOrDefault(row.Id) ?? [];
            var captures = payments.Count(payment => payment.Captured - payment.Refunded > 0);
            var sum = payments.Sum(payment => payment.Captured - payment.Refunded);
            if (row.State == "sold" && (captures != 1 || sum != evidence.Price))
                yield return $"5: {row.Id} is sold with {captures} net captures of {sum} in all";
            if (row.State != "sold" && sum != 0)
                yield return $"5: {row.Id} is {row.State} with a net capture of {sum}";
        }

        var known = evidence.Ledger.Select(row => row.Id).ToHashSet();
        foreach (var stray in evidence.Provider.Where(payment => !known.Contains(payment.Reservation)))
            if (stray.Captured != stray.Refunded)
                yield return $"5: money was taken for {stray.Reservation}, which the ledger does not know";
    }

    private static IEnumerable<string> NothingLeaks(Evidence evidence)
    {
        foreach (var row in evidence.Ledger.Where(row => row.State is not ("sold" or "released" or "refunded" or "withdrawn")))
            yield return $"6: {row.Id} is still {row.State} after everything had its time";
        foreach (var open in evidence.Provider.Where(p => p is { Authorised: true, Voided: false, Captured: 0 }))
            yield return $"6: a payment of {open.Reservation} is neither captured nor voided";
    }

    private static IEnumerable<string> AnAnswerIsAPromise(Evidence evidence)
    {
        var rows = evidence.Ledger.ToDictionary(row => row.Id);
        foreach (var reserved in evidence.History.Where(e => e is { Act: HistoryAct.Reserve, Answer: HistoryAnswer.Ok }))
        {
            if (!rows.TryGetValue(reserved.Reservation, out var row))
                yield return $"7: reservation {reserved.Reservation} of {reserved.Shopper} was acknowledged and is lost";
            else if (row.Unit != reserved.Unit || row.Shopper != reserved.Shopper)
                yield return $"7: reservation {row.Id} says unit {row.Unit} of {row.Shopper}, "
                    + $"the answer said {reserved.Unit} of {reserved.Shopper}";
        }

        foreach (var told in evidence.History.Where(e => e is { Answer: HistoryAnswer.Ok, State: "held" }))
            if (rows.TryGetValue(told.Reservation, out var row) && row.Expired && row.Ended < told.PayBy)
                yield return $"7: {row.Id} could be paid until {told.PayBy:O} and was released at {row.Ended:O}";

        foreach (var end in evidence.History.Where(e => e.Answer == HistoryAnswer.Ok && e.State is "sold" or "released"))
            if (!rows.TryGetValue(end.Reservation, out var row)
                || (row.State != end.State && (end.State, row.State) is not ("sold", "refunded")))
                yield return $"7: {end.Reservation} was acknowledged as {end.State} and is {row?.State ?? "lost"}";
    }
}

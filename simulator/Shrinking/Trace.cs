using System.Globalization;

using FlashSale.Contract;
using FlashSale.Queue;
using FlashSale.Simulator.Checking;

namespace FlashSale.Simulator.Shrinking;

/// <summary>
/// What a person reads of a violation: one line an event, with the time, who and what; only of those who have to do with it.
/// </summary>
public sealed class Trace
{
    /// <summary>Nobody reads more.</summary>
    private const int MaxLines = 150;

    private readonly Rules _rules;
    private readonly Violation _violation;
    private readonly List<uint> _epochs = [];
    private readonly HashSet<int> _shoppers = [];
    private readonly HashSet<int> _units = [];
    private readonly HashSet<Place> _places = [];

    private Trace(Rules rules, Violation violation, IEnumerable<Fact> facts)
    {
        (_rules, _violation) = (rules, violation);
        foreach (var fact in violation.Facts)
        {
            if (ShopperOf(fact) is > 0 and var shopper) _shoppers.Add(shopper);
            if (UnitOf(fact) is > 0 and var unit && violation.Invariant != 6) _units.Add(unit);
            if (PlaceOf(fact) is { } place) _places.Add(place);
        }

        foreach (var given in facts.OfType<Fact.PlaceGiven>())
            if (_places.Contains(given.Place)) _shoppers.Add(given.Shopper);
    }

    /// <summary>The lines, the violation at the end.</summary>
    public static IReadOnlyList<string> Of(Rules rules, Violation violation, IReadOnlyList<Fact> facts)
    {
        ArgumentNullException.ThrowIfNull(violation);
        var trace = new Trace(rules, violation, facts);
        List<string> lines = [.. trace.Lines(facts)];
        if (lines.Count > MaxLines)
            lines = [.. lines.Take(MaxLines / 3), $"          … {lines.Count - MaxLines} lines …", .. lines.TakeLast(MaxLines * 2 / 3)];
        return [.. lines, $"VIOLATION of invariant {violation}"];
    }

    private IEnumerable<string> Lines(IReadOnlyList<Fact> facts)
    {
        var last = _violation.Facts[^1];
        Fact.Polled? waiting = null;
        var polls = 0;
        foreach (var fact in facts)
        {
            if (fact is Fact.EpochBegan began) _epochs.Add(began.Epoch);
            if (!Matters(fact))
            {
                if (ReferenceEquals(fact, last)) break;
                continue;
            }

            // Polls that tell nothing new are one line.
            var marked = _violation.Facts.Any(one => ReferenceEquals(one, fact));
            var waits = fact is Fact.Polled { State: PlaceState.Waiting } polled ? polled : null;
            if (waits is not null && !marked && waiting?.Place == waits.Place)
            {
                polls++;
                waiting = waits;
                continue;
            }

            if (polls > 0) yield return Line(waiting!, $"polls {polls} times more, the last one now, and waits", marked: false);
            (waiting, polls) = (waits, 0);
            yield return Line(fact, What(fact), marked);
            if (ReferenceEquals(fact, last)) yield break;
        }

        if (polls > 0) yield return Line(waiting!, $"polls {polls} times more, the last one now, and waits", marked: false);
    }

    private static string Line(Fact fact, string what, bool marked) => string.Create(
        CultureInfo.InvariantCulture, $"{(marked ? '>' : ' ')} {fact.At / 1000.0,8:0.000} s  {Who(fact),-11} {what}");

    private bool Matters(Fact fact) => fact switch
    {
        Fact.SaleChanged or Fact.OrderFixed or Fact.Fault or Fact.LedgerRestored or Fact.EpochBegan => true,
        // Every fault has many of these.
        Fact.Unanswered => _violation.Facts.Contains(fact),
        _ => _violation.Facts.Contains(fact) || (ShopperOf(fact) is > 0 and var shopper && _shoppers.Contains(shopper))
            || (UnitOf(fact) is > 0 and var unit && _units.Contains(unit))
            || (PlaceOf(fact) is { } place && _places.Contains(place)),
    };

    private static int ShopperOf(Fact fact) => fact switch
    {
        Fact.PlaceGiven one => one.Shopper,
        Fact.Joined one => one.Shopper,
        Fact.Polled one => one.Shopper,
        Fact.Presence one => one.Shopper,
        Fact.Leaving one => one.Shopper,
        Fact.Left one => one.Shopper,
        Fact.Claimed one => one.Shopper,
        Fact.ClaimRefused one => one.Shopper,
        Fact.Committed one => one.Shopper,
        Fact.Acknowledged one => one.Shopper,
        Fact.RedeemRefused one => one.Shopper,
        Fact.Unanswered one => one.Shopper,
        _ => 0,
    };

    private static int UnitOf(Fact fact) => fact switch
    {
        Fact.Admitted one => one.Unit,
        Fact.Claimed one => one.Unit,
        Fact.Committed one => one.Unit,
        Fact.Acknowledged one => one.Unit,
        Fact.RedeemRefused one => one.Unit,
        _ => 0,
    };

    private static Place? PlaceOf(Fact fact) => fact switch
    {
        Fact.PlaceGiven one => one.Place,
        Fact.Joined one => one.Place,
        Fact.Polled one => one.Place,
        Fact.Leaving one => one.Place,
        Fact.Left one => one.Place,
        Fact.Admitted one => one.Place,
        Fact.Claimed one => one.Place,
        Fact.ClaimRefused one => one.Place,
        _ => null,
    };

    private static string Who(Fact fact) => fact switch
    {
        Fact.SaleChanged => "operator",
        Fact.PlaceGiven or Fact.OrderFixed or Fact.EpochBegan => "line",
        Fact.Admitted one => $"room {one.Room}",
        Fact.Committed or Fact.LedgerRestored => "ledger",
        Fact.Fault => "fault",
        _ => $"shopper {ShopperOf(fact)}",
    };

    private string What(Fact fact) => fact switch
    {
        Fact.SaleChanged one => Settings(one.Sale),
        Fact.PlaceGiven one => $"gives {Name(one.Place)} to shopper {one.Shopper}",
        Fact.OrderFixed one => one.Count == 0 ? "fixes the order" : $"fixes the order: {one.Count} numbers are shuffled",
        Fact.Joined one => $"has joined at edge {one.Edge}: {Name(one.Place)}{(one.IsNew ? "" : ", as before")}",
        Fact.Polled { State: PlaceState.Waiting } one => $"polls at edge {one.Edge}: {Name(one.Place)} waits, {one.Ahead} ahead, again in {one.NextPollMs} ms",
        Fact.Polled one => $"polls at edge {one.Edge}: {Name(one.Place)} is {one.State.ToString().ToLowerInvariant()}",
        Fact.Presence one => one.Obeys ? "does as told" : "does not do as told, or is not answered",
        Fact.Leaving one => $"asks to leave {Name(one.Place)}",
        Fact.Left one => $"has left {Name(one.Place)}",
        Fact.Admitted one => $"admits {Name(one.Place)} (rank {one.Rank}) to unit {one.Unit} until {Seconds(_rules.TrueTime(one.RedeemBy))}, with fence {one.Fence}",
        Fact.Claimed one => $"has the token for unit {one.Unit}, with {Name(one.Place)}",
        Fact.ClaimRefused one => $"is refused the turn of {Name(one.Place)}: {one.Why}",
        Fact.Committed one => $"has unit {one.Unit} as {one.State.ToString().ToLowerInvariant()}" + (one.Shopper > 0 ? $", shopper {one.Shopper}" : ""),
        Fact.Acknowledged one => $"is told that unit {one.Unit} is {one.State.ToString().ToLowerInvariant()}",
        Fact.RedeemRefused one => $"is refused unit {one.Unit}: {one.Why}",
        Fact.Unanswered one => $"asks ({one.What.ToString().ToLowerInvariant()}) at {Seconds(one.SentAt)}, and is not answered",
        Fact.Fault one => $"{one.Kind} {one.Target} {(one.Begins ? "begins" : "is over")}",
        Fact.LedgerRestored one => $"is put back to what it was at {Seconds(one.To)}",
        Fact.EpochBegan one => $"begins epoch {_epochs.Count} ({one.Epoch})",
        _ => fact.ToString(),
    };

    private string Settings(Sale sale) => string.Create(CultureInfo.InvariantCulture,
        $"{sale.Inventory} units, {sale.Order.ToString().ToLowerInvariant()}, starts at {Seconds(_rules.TrueTime(sale.StartsAt))}")
        + (sale.EndsAt is { } end ? $", ends at {Seconds(_rules.TrueTime(end))}" : "")
        + $", {sale.AdmitPerSecond} a second, claim {sale.ClaimSeconds} s, pay {sale.PaySeconds} s, presence {sale.PresenceSeconds} s, "
        + $"grace {sale.GraceSeconds} s{(sale.Paused ? ", paused" : "")}";

    private string Name(Place place) => _epochs.Count > 1 || _epochs.IndexOf(place.Epoch) > 0
        ? $"number {place.Number} of epoch {_epochs.IndexOf(place.Epoch) + 1}" : $"number {place.Number}";

    private static string Seconds(long at) => string.Create(CultureInfo.InvariantCulture, $"{at / 1000.0:0.000} s");
}

using FlashSale.Contract;
using FlashSale.Queue;

namespace FlashSale.Simulator.Checking;

/// <summary>All that the facts so far say: who has which place, who was given which unit, what the ledger holds.</summary>
public sealed class Known(Rules rules)
{
    private readonly Dictionary<Place, HeldPlace> _places = [];
    private readonly Dictionary<int, List<Turn>> _turnsOf = [];
    private readonly List<Fact.SaleChanged> _settings = [];
    private int _facts;

    public Rules Rules { get; } = rules;

    public Troubles Troubles { get; } = new(rules.Edges);

    public LedgerRows Ledger { get; } = new();

    public Dictionary<int, Person> People { get; } = [];

    public List<Turn> Turns { get; } = [];

    /// <summary>The settings, each from its fact on.</summary>
    public IReadOnlyList<Fact.SaleChanged> Settings => _settings;

    public Sale? Sale => _settings.Count == 0 ? null : _settings[^1].Sale;

    /// <summary>The line's epoch, the first fact of it, and whether there was one before.</summary>
    public Fact.EpochBegan? Epoch { get; private set; }

    public bool IsFirstEpoch { get; private set; } = true;

    /// <summary>Redis may have lost the line; until a new epoch begins nothing may be given.</summary>
    public Fact.Fault? LineLost { get; private set; }

    /// <summary>The order of each epoch in which it is fixed.</summary>
    public Dictionary<uint, Fact.OrderFixed> Orders { get; } = [];

    /// <summary>How many numbers were given in an epoch.</summary>
    public Dictionary<uint, long> Given { get; } = [];

    public Person Of(int shopper)
    {
        if (!People.TryGetValue(shopper, out var person)) People[shopper] = person = new Person(shopper);
        return person;
    }

    public HeldPlace? Find(Place place) => _places.GetValueOrDefault(place);

    public IReadOnlyList<Turn> TurnsOn(int unit) => _turnsOf.GetValueOrDefault(unit) ?? [];

    /// <summary>The turn that a token names, the last one when a place had several with the unit.</summary>
    public Turn? TurnOf(string admission) => Turns.FindLast(turn => turn.Id == admission);

    /// <summary>After a loss a shopper who joins anew gets another place, and keeps one of the two.</summary>
    public bool MayBeOneWithAnother(HeldPlace place) => Of(place.Shopper).Places.Exists(other =>
        other != place && Troubles.LostDataSince(Math.Min(other.GivenBy.At, place.GivenBy.At)));

    /// <summary>How long after redeem-by a unit is kept.</summary>
    public long GraceMs => (Sale?.GraceSeconds ?? 0) * 1000L;

    public void Take(Fact fact)
    {
        Apply(fact);
        _facts++;
    }

    private void Apply(Fact fact)
    {
        switch (fact)
        {
            case Fact.SaleChanged changed: Take(changed); break;
            case Fact.PlaceGiven given: Place(given.Shopper, given.Place, given); break;
            case Fact.OrderFixed order: Orders[order.Epoch] = order; break;
            case Fact.Joined joined: Take(joined); break;
            case Fact.Polled polled: Take(polled); break;
            case Fact.Presence presence: Take(presence); break;
            case Fact.Leaving leaving: Take(leaving); break;
            case Fact.Left left when Find(left.Place) is { } place:
                (place.Left, place.LeavesUnderWay) = (left, place.LeavesUnderWay - 1);
                break;
            case Fact.Admitted admitted: Take(admitted); break;
            case Fact.Claimed claimed: Take(claimed); break;
            case Fact.Committed committed: Take(committed); break;
            case Fact.LedgerRestored restored: Take(restored); break;
            case Fact.EpochBegan began: Take(began); break;
            case Fact.Fault fault:
                Troubles.Take(fault);
                if (fault is { Begins: true, Kind: FaultKind.RedisDies or FaultKind.RedisEmptied or FaultKind.RedisOldCopy or FaultKind.RedisFailover })
                    LineLost ??= fault;
                break;
        }
    }

    private void Take(Fact.SaleChanged changed)
    {
        // Only a ledger that was put back knows fewer units than before.
        foreach (var turn in Turns.Where(turn => turn.Unit > changed.Sale.MaxUnit && !turn.IsRedeemed))
            turn.Excused ??= "the ledger was put back to when there was no such unit";
        _settings.Add(changed);
    }

    private HeldPlace Place(int shopper, Place place, Fact by)
    {
        if (_places.TryGetValue(place, out var held)) return held;
        _places[place] = held = new HeldPlace(shopper, place, by);
        Of(shopper).Places.Add(held);
        Given[place.Epoch] = Given.GetValueOrDefault(place.Epoch) + 1;
        return held;
    }

    private void Take(Fact.Joined joined)
    {
        var held = Place(joined.Shopper, joined.Place, joined);
        held.ToldBy ??= joined;
        // A place that is left while its token is out is taken up again: for good, unless a request to leave is still under way.
        held.Left = null;
        if (held.LeavesUnderWay == 0) held.Leaving = null;
        held.Heard.Add(new Heard(joined, joined.SentAt, joined.At, joined.Edge, NextPollMs: 0));
        Of(joined.Shopper).Current = held;
    }

    private void Take(Fact.Polled polled)
    {
        var held = Place(polled.Shopper, polled.Place, polled);
        held.State = polled.State;
        if (polled.State == PlaceState.Waiting)
            held.Heard.Add(new Heard(polled, polled.SentAt, polled.At, polled.Edge, polled.NextPollMs));
        if (polled.State == PlaceState.Admitted && held.Turns.Count > 0) held.Turns[^1].ToldBy ??= polled;
    }

    private void Take(Fact.Presence presence)
    {
        var person = Of(presence.Shopper);
        person.ObeysSince = presence.Obeys ? person.ObeysSince ?? presence.At : null;
    }

    private void Take(Fact.Leaving leaving)
    {
        if (Find(leaving.Place) is not { } held) return;
        held.Leaving = held.LastLeaving = leaving;
        held.LeavesUnderWay++;
        foreach (var turn in held.Turns) turn.IsGivenUp |= turn.Claimed is null;
    }

    private void Take(Fact.Admitted admitted)
    {
        var turn = new Turn(admitted, Rules.TrueTime(admitted.RedeemBy));
        if (Ledger.On(turn.Unit) is not null || turn.Unit > Sale?.MaxUnit)
            turn.Excused = "the ledger had taken the unit, and the room could not know";
        Turns.Add(turn);
        if (!_turnsOf.TryGetValue(turn.Unit, out var turns)) _turnsOf[turn.Unit] = turns = [];
        turns.Add(turn);
        if (Find(admitted.Place) is not { } place) return;
        turn.IsGivenUp = place.Leaving is not null;
        place.Turns.Add(turn);
    }

    private void Take(Fact.Claimed claimed)
    {
        var turn = Turns.FindLast(one => one.Given.Place == claimed.Place && one.Unit == claimed.Unit);
        if (turn is null) return;
        turn.Claimed ??= claimed;
        turn.ToldBy ??= claimed;
        turn.IsGivenUp = false;
    }

    private void Take(Fact.Committed committed)
    {
        if (committed.State == UnitState.Withdrawn)
        {
            foreach (var open in TurnsOn(committed.Unit)) open.IsWithdrawn |= open.Claimed is not null && open.IsLive(committed.At);
            Excuse(committed.Unit, null, "the unit was withdrawn");
        }

        if (committed.State is UnitState.Held or UnitState.Sold && TurnOf(committed.Admission) is { } turn)
        {
            // The published exceptions: a statement that began in time commits after the grace, and a ledger that was put
            // back lets a token be taken again. The schema decides; who else was given the unit is called again.
            var late = committed.At >= turn.RedeemBy + GraceMs;
            if (late) Excuse(committed.Unit, turn, "the unit's redemption was committed after the grace");
            else if (turn.Excused is { } why)
            {
                Excuse(committed.Unit, turn, why);
                // The place was called again meanwhile, and has its one unit now.
                foreach (var other in Find(turn.Given.Place)?.Turns ?? [])
                    if (other != turn && !other.IsRedeemed) other.Excused ??= why;
            }

            turn.IsRedeemed = true;
        }

        Ledger.Take(committed, _facts);
    }

    private void Take(Fact.LedgerRestored restored)
    {
        const string why = "the ledger was put back to an older state";
        foreach (var admission in Ledger.Restore(restored, _facts))
            if (TurnOf(admission) is { } turn) turn.Excused = why;
        // What lives again in the ledger takes the unit from whom it was given to since, and is its shopper's only one.
        foreach (var row in Ledger.Live.Where(row => row.RevivedAt == restored.At))
        {
            Excuse(row.Unit, TurnOf(row.Admission), why);
            if (row.State == UnitState.Withdrawn) continue;
            foreach (var turn in Of(row.Shopper).Places.SelectMany(place => place.Turns))
                if (turn.IsLive(restored.At) && turn.Id != row.Admission) turn.Excused = why;
        }
    }

    private void Take(Fact.EpochBegan began)
    {
        IsFirstEpoch = Epoch is null;
        (Epoch, LineLost) = (began, null);
    }

    private void Excuse(int unit, Turn? but, string why)
    {
        foreach (var turn in TurnsOn(unit))
            if (turn != but && !turn.IsRedeemed) turn.Excused ??= why;
    }
}

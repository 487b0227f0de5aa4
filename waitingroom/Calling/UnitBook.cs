using FlashSale.Contract;
using FlashSale.Queue;

namespace FlashSale.Calling;

/// <summary>
/// Which units of a sale are taken, and by whom: what Redis calls admitted, and what the ledger calls held, sold or
/// withdrawn. Everything else is free. The ledger wins.
/// </summary>
public sealed class UnitBook
{
    private enum Use : byte { Free, Admitted, Held, Sold, Withdrawn, TokenOut }

    private readonly Dictionary<Place, AdmittedPlace> _admitted = [];
    private readonly Dictionary<Place, AdmittedPlace> _held = [];
    private readonly Dictionary<int, Place> _owners = [];

    /// <summary>
    /// Who had been given a unit that the ledger then gave to somebody else, or withdrew. They are called again, but their token
    /// can be redeemed as soon as the ledger has the unit back: until redeem-by nobody else is given it. A leader that begins a tenure
    /// does not know of them; should such a token be redeemed then, the schema decides, and who loses the unit is called again.
    /// </summary>
    private readonly Dictionary<int, AdmittedPlace> _tokensOut = [];

    /// <summary>Whose money went back, one for each refund.</summary>
    private readonly HashSet<Place> _returned = [];

    /// <summary>Units that became free; taken ones are passed by when met.</summary>
    private readonly PriorityQueue<int, int> _free = new();
    private Use[] _use = [Use.Withdrawn]; // There is no unit 0.
    private int _maxUnit;

    public IReadOnlyCollection<AdmittedPlace> Admitted => _admitted.Values;

    public IReadOnlyCollection<AdmittedPlace> Held => _held.Values;

    /// <summary>Tokens for units that the ledger has given to somebody else since, or withdrawn.</summary>
    public IReadOnlyCollection<AdmittedPlace> TokensOut => _tokensOut.Values;

    public int AdmittedCount => _admitted.Count;

    public int HeldCount => _held.Count;

    public int SoldCount { get; private set; }

    /// <summary>As the ledger tells it (<see cref="HeldSum"/>).</summary>
    public long HeldSum => _held.Values.Sum(held => (long)held.Checksum);

    /// <summary>Invariant 1: admitted + held + sold never exceeds the inventory, nor would with the tokens that are out.</summary>
    public int Available(int inventory) =>
        Math.Max(0, Math.Min(inventory - AdmittedCount - HeldCount - SoldCount - ParkedCount, FreeCount));

    private int FreeCount { get; set; }

    /// <summary>Units that are free but for a token that is out.</summary>
    private int ParkedCount { get; set; }

    /// <summary>Units 1..<paramref name="maxUnit"/> exist, and no more: fewer than before where the ledger was put back.</summary>
    public void Exist(int maxUnit)
    {
        _maxUnit = maxUnit;
        Grow(maxUnit);
    }

    private void Grow(int maxUnit)
    {
        var from = _use.Length;
        if (maxUnit < from) return;
        Array.Resize(ref _use, maxUnit + 1);
        for (var unit = from; unit <= maxUnit; unit++) _free.Enqueue(unit, unit);
        FreeCount += maxUnit + 1 - from;
    }

    /// <summary>
    /// What is known before the ledger has its say. A promise keeps its unit, whichever cart an old copy says it is in.
    /// </summary>
    public void Load(IEnumerable<AdmittedPlace> admitted, IEnumerable<AdmittedPlace> held)
    {
        foreach (var admission in admitted) Admit(admission);
        foreach (var admission in held)
        {
            _held[admission.Place] = admission;
            if (!_owners.ContainsKey(admission.Unit)) Occupy(admission.Unit, Use.Held, admission.Place);
        }
    }

    /// <summary>
    /// What the book before this one knew of tokens that are out, but for those of turns that Redis still tells of.
    /// </summary>
    public void KeepTokens(IEnumerable<AdmittedPlace> tokens)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        foreach (var token in tokens)
        {
            if ((_admitted.GetValueOrDefault(token.Place) ?? _held.GetValueOrDefault(token.Place))?.Unit == token.Unit) continue;
            Grow(token.Unit);
            _tokensOut[token.Unit] = token;
            if (_use[token.Unit] == Use.Free) Set(token.Unit, Use.TokenOut);
        }
    }

    /// <summary>The lowest free units, not more than asked for; they stay free until <see cref="Admit"/>.</summary>
    public List<int> Peek(int count)
    {
        var units = new List<int>(count);
        while (units.Count < count && _free.TryPeek(out var unit, out _) && unit <= _maxUnit && _free.TryDequeue(out unit, out _))
            if (_use[unit] == Use.Free && (units.Count == 0 || units[^1] != unit)) units.Add(unit);
        foreach (var unit in units) _free.Enqueue(unit, unit);
        return units;
    }

    /// <summary>It has been called to one, or has one in the cart.</summary>
    public bool HasUnit(Place place) => _admitted.ContainsKey(place) || _held.ContainsKey(place);

    public void Admit(AdmittedPlace admission)
    {
        _admitted[admission.Place] = admission;
        Occupy(admission.Unit, Use.Admitted, admission.Place);
    }

    /// <summary>An admission that nobody claimed ended because its shopper left.</summary>
    public void Left(Place place)
    {
        if (_admitted.Remove(place, out var admission)) Free(admission.Unit, place);
    }

    /// <summary>Takes the ledger's word; returns what Redis must learn. Twice, or late, is harmless.</summary>
    /// <param name="units">Of this sale.</param>
    /// <param name="snapshot">Whose clock and whose outages count.</param>
    /// <param name="full">The snapshot lists every live unit.</param>
    /// <param name="rebuild">Redis has lost what it knew of places: tell it everything.</param>
    /// <param name="lineSince">
    /// Since when Redis has answered this pump without a gap: nobody could learn of a turn that began before.
    /// </param>
    public List<Settlement> Apply(
        IReadOnlyCollection<LedgerUnit> units, LedgerSnapshot snapshot, Sale sale, bool full, bool rebuild,
        DateTimeOffset lineSince)
    {
        var settled = new List<Settlement>();
        foreach (var row in units.Where(row => row.State is UnitState.Released)) Release(row, rebuild, settled);
        var heldNow = new HashSet<Place>();
        foreach (var row in units.Where(row => row.State is not UnitState.Released))
        {
            Grow(row.Unit);
            var known = AdmittedPlace.TryParseId(row.Admission ?? "", out var place);
            if (row.State == UnitState.Withdrawn) Occupy(row.Unit, Use.Withdrawn, default, settled);
            else if (row.State == UnitState.Held && known && heldNow.Add(place))
                Hold(row.Unit, place, rebuild, settled);
            else if (row.State == UnitState.Sold) Sell(row.Unit, place, known, tell: rebuild || !full, settled);
            else if (!known) Occupy(row.Unit, Use.Sold, default, settled); // Taken, by whom is unknown.
        }

        if (full) FreeUnlisted(units, heldNow, settled);

        // Past redeem-by the checkout refuses the token, and after the grace what was still committing is visible,
        // unless the disk stalled: then the schema decides, and who loses the unit is called again (Occupy).
        // Whose turn an outage has cut short is called again, from the front: redeem-by is in a signed token, and stays.
        var lastChance = snapshot.AsOf.ToUnixTimeMilliseconds() - sale.GraceSeconds * 1000L;
        foreach (var late in _tokensOut.Values.Where(token => token.RedeemBy * 1000 < lastChance).ToList()) TokenIsSpent(late);
        foreach (var late in _admitted.Values.Where(admission => admission.RedeemBy * 1000 < lastChance).ToList())
        {
            _admitted.Remove(late.Place);
            Free(late.Unit, late.Place);
            var until = DateTimeOffset.FromUnixTimeSeconds(late.RedeemBy);
            var from = until.AddMilliseconds(-TurnTimes.TurnMs(sale.ClaimSeconds));
            settled.Add(from < lineSince || snapshot.Outage?.Touches(from, until) is true
                ? Settlement.Requeue(late) : Settlement.Miss(late.Place));
        }

        return settled;
    }

    /// <summary>
    /// What a full snapshot does not list is neither held nor withdrawn any more; nor is it sold, when the ledger was put back
    /// to an older state.
    /// </summary>
    private void FreeUnlisted(IEnumerable<LedgerUnit> units, HashSet<Place> held, List<Settlement> settled)
    {
        foreach (var gone in _held.Values.Where(one => !held.Contains(one.Place)).ToList())
        {
            _held.Remove(gone.Place);
            Free(gone.Unit, gone.Place);
            settled.Add(Settlement.Release(gone.Place));
        }

        var listed = new bool[_use.Length];
        foreach (var row in units) listed[row.Unit] |= row.State is not UnitState.Released;
        for (var unit = 1; unit < _use.Length; unit++)
        {
            if (!listed[unit] && _use[unit] is (Use.Withdrawn or Use.Sold)) MakeFree(unit);
        }
    }

    private void Release(LedgerUnit row, bool rebuild, List<Settlement> settled)
    {
        Grow(row.Unit);
        var isKnown = AdmittedPlace.TryParseId(row.Admission ?? "", out var place);
        if (row.MayJoinAgain is { } mayJoinAgain)
        {
            GiveBack(row.Unit, isKnown ? place : null, mayJoinAgain, settled);
            return;
        }

        if (!isKnown)
        {
            if (_use[row.Unit] == Use.Withdrawn) Free(row.Unit, default);
            return;
        }

        if (!End(place, row.Unit) && !rebuild) return;
        Free(row.Unit, place);
        settled.Add(Settlement.Release(place));
    }

    /// <summary>
    /// It was sold, and its money went back: told once, as the unit may have been sold to another since. Should that have been
    /// before we heard of the refund, the ledger tells it too, and the unit is taken again at once.
    /// </summary>
    private void GiveBack(int unit, Place? place, bool mayJoinAgain, List<Settlement> settled)
    {
        if (place is { } told && !_returned.Add(told)) return;
        if (_use[unit] == Use.Sold) MakeFree(unit);
        if (place is not { } buyer) return;
        if (End(buyer, unit)) Free(unit, buyer);
        settled.Add(mayJoinAgain ? Settlement.Release(buyer) : Settlement.Sell(buyer));
    }

    private void Hold(int unit, Place place, bool rebuild, List<Settlement> settled)
    {
        var known = _admitted.GetValueOrDefault(place) ?? _held.GetValueOrDefault(place)
            ?? new AdmittedPlace(place, place.Number, unit, 0, Claimed: true);
        var fresh = known.Unit != unit || !_held.ContainsKey(place);
        End(place, unit);
        var held = _held[place] = known with { Unit = unit, Claimed = true };
        if (fresh || rebuild) settled.Add(Settlement.Hold(held));
        Occupy(unit, Use.Held, place, settled);
    }

    private void Sell(int unit, Place place, bool known, bool tell, List<Settlement> settled)
    {
        _returned.Remove(place);
        var was = known && End(place, unit);
        if (known && (was || (tell && _use[unit] != Use.Sold))) settled.Add(Settlement.Sell(place));
        Occupy(unit, Use.Sold, place, settled);
    }

    /// <summary>
    /// A place has one unit. Another that it was known to have is free, once no token for it is out: an old copy of Redis may tell of a
    /// turn to one unit and a cart with another, of which the ledger knows only what became of the last.
    /// </summary>
    /// <returns>Whether anything was known of it.</returns>
    private bool End(Place place, int unit)
    {
        var known = _admitted.Remove(place, out var admission) | _held.Remove(place, out var cart);
        if (admission is not null && admission.Unit != unit) Break(admission);
        if (_tokensOut.TryGetValue(unit, out var token) && token.Place == place)
        {
            known = true;
            TokenIsSpent(token);
        }

        if (cart is not null && cart.Unit != unit) Free(cart.Unit, place);
        return known;
    }

    private void Occupy(int unit, Use use, Place owner, List<Settlement>? settled = null)
    {
        Grow(unit);
        // The schema gave the unit to someone else: who was admitted to it goes back to the front.
        if (_owners.TryGetValue(unit, out var before) && before != owner && _admitted.Remove(before, out var loser))
        {
            settled?.Add(Settlement.Requeue(loser));
            Break(loser);
        }

        Set(unit, use);
        if (use is Use.Admitted or Use.Held) _owners[unit] = owner;
        else _owners.Remove(unit);
    }

    /// <summary>Frees a unit unless it is someone else's by now.</summary>
    private void Free(int unit, Place owner)
    {
        if (_use[unit] is Use.Free or Use.Sold or Use.TokenOut || (_owners.TryGetValue(unit, out var now) && now != owner)) return;
        if (_use[unit] == Use.Withdrawn && owner != default) return;
        MakeFree(unit);
    }

    /// <summary>A promise is broken: its unit is given to nobody else before its token is refused.</summary>
    private void Break(AdmittedPlace promise)
    {
        _tokensOut[promise.Unit] = promise;
        Free(promise.Unit, promise.Place);
    }

    /// <summary>The checkout refuses it: it is late, or has been redeemed.</summary>
    private void TokenIsSpent(AdmittedPlace token)
    {
        _tokensOut.Remove(token.Unit);
        if (_use[token.Unit] == Use.TokenOut) MakeFree(token.Unit);
    }

    private void MakeFree(int unit)
    {
        _owners.Remove(unit);
        Set(unit, _tokensOut.ContainsKey(unit) ? Use.TokenOut : Use.Free);
        if (_use[unit] == Use.Free) _free.Enqueue(unit, unit);
    }

    /// <summary>What the counts count changes here alone.</summary>
    private void Set(int unit, Use use)
    {
        Count(_use[unit], -1);
        Count(_use[unit] = use, 1);
    }

    private void Count(Use use, int by)
    {
        if (use == Use.Free) FreeCount += by;
        else if (use == Use.Sold) SoldCount += by;
        else if (use == Use.TokenOut) ParkedCount += by;
    }
}

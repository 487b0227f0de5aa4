namespace FlashSale.Simulator.Checking;

/// <summary>
/// Judges a run by the invariants, after every fact. It decides nothing like the product does: it knows only what truly
/// happened, and what was promised.
/// </summary>
public sealed class Checker
{
    /// <summary>One fault shows in many facts; the first ones say the most.</summary>
    private const int MaxViolations = 20;

    private readonly Known _known;
    private readonly List<Violation> _found = [];
    private readonly Check[] _checks;
    private Fact? _last;

    public Checker(Rules rules)
    {
        _known = new Known(rules);
        _checks =
        [
            new UnitCheck(_known, _found), new OneEachCheck(_known, _found), new OrderCheck(_known, _found),
            new RestCheck(_known, _found), new PromiseCheck(_known, _found), new ClosedCheck(_known, _found),
            new HearsCheck(_known, _found), new AnswersCheck(_known, _found),
        ];
    }

    /// <summary>What was found so far; empty is what is wanted.</summary>
    public IReadOnlyList<Violation> Violations => _found;

    public void Read(Fact fact)
    {
        ArgumentNullException.ThrowIfNull(fact);
        _last = fact;
        if (_found.Count >= MaxViolations) return;
        foreach (var check in _checks) check.Judge(fact);
        _known.Take(fact);
        foreach (var check in _checks) check.Settle(fact);
    }

    /// <summary>The run is over: judges what must be so at rest.</summary>
    public void Finish()
    {
        if (_last is null || _found.Count >= MaxViolations) return;
        foreach (var check in _checks) check.Finish(_last);
    }

    /// <summary>Judges a whole run.</summary>
    public static IReadOnlyList<Violation> Check(Rules rules, IEnumerable<Fact> facts)
    {
        ArgumentNullException.ThrowIfNull(facts);
        var checker = new Checker(rules);
        foreach (var fact in facts) checker.Read(fact);
        checker.Finish();
        return checker.Violations;
    }
}

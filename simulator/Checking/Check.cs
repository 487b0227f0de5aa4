namespace FlashSale.Simulator.Checking;

/// <summary>One set of rules. It looks at each fact before it becomes part of what is known, and after.</summary>
internal abstract class Check(Known known, ICollection<Violation> found)
{
    protected Known Known { get; } = known;

    protected Rules Rules => Known.Rules;

    /// <summary>What the fact must not be, after all that happened before.</summary>
    public virtual void Judge(Fact fact) { }

    /// <summary>What must be so once it has happened.</summary>
    public virtual void Settle(Fact fact) { }

    /// <summary>What must be so when the run is over.</summary>
    public virtual void Finish(Fact last) { }

    /// <param name="facts">What led to it; the last one is where it showed.</param>
    protected void Violated(int invariant, string what, params IEnumerable<Fact?> facts) =>
        found.Add(new Violation(invariant, what, [.. facts.OfType<Fact>()]));

    protected static string Name(int shopper) => shopper > 0 ? $"shopper {shopper}" : "somebody";

    protected static string Seconds(long at) =>
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{at / 1000.0:0.000} s");
}

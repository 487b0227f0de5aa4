namespace FlashSale.Queue;

/// <summary>How joining ended.</summary>
public abstract record JoinOutcome
{
    private JoinOutcome() { }

    /// <summary>The shopper has this place; <paramref name="IsNew"/> when it was given just now.</summary>
    public sealed record Joined(Place Place, bool IsNew) : JoinOutcome;

    /// <summary>One each: the shopper has bought a unit.</summary>
    public sealed record AlreadyBought : JoinOutcome
    {
        public static readonly AlreadyBought Instance = new();
    }

    /// <summary>
    /// No place is alive, and no number was given: <paramref name="Number"/> is the last that the shopper had (0: none that
    /// is known), and another costs what a number costs.
    /// </summary>
    public sealed record NotPaid(uint Number) : JoinOutcome;

    /// <summary>The shopper has taken another number lately already.</summary>
    public sealed record TooSoon(TimeSpan Wait) : JoinOutcome;

    /// <summary>There is no line yet, or Redis is down: 503, try again.</summary>
    public sealed record NotReady : JoinOutcome
    {
        public static readonly NotReady Instance = new();
    }
}

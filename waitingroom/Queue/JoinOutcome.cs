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

    /// <summary>There is no line yet, or Redis is down: 503, try again.</summary>
    public sealed record NotReady : JoinOutcome
    {
        public static readonly NotReady Instance = new();
    }
}

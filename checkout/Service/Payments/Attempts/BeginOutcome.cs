namespace FlashSale.Checkout.Payments.Attempts;

/// <summary>What became of beginning an attempt: a closed set.</summary>
public abstract record BeginOutcome
{
    private BeginOutcome() { }

    /// <summary>Persisted, and leased to the caller.</summary>
    public sealed record Begun(Attempt Attempt) : BeginOutcome;

    /// <summary>This key was used for this reservation before; perhaps with another body.</summary>
    public sealed record Repeated(Attempt Attempt) : BeginOutcome;

    /// <summary>The guards refused it: the reservation, read right after, says why.</summary>
    public sealed record Refused : BeginOutcome;
}

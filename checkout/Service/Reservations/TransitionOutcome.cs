namespace FlashSale.Checkout.Reservations;

/// <summary>What became of a transition of a reservation: a closed set.</summary>
public abstract record TransitionOutcome
{
    private TransitionOutcome() { }

    /// <summary>It happened, now or (a repeat by the same caller) before. The row as it is afterwards.</summary>
    public sealed record Done(Reservation Reservation) : TransitionOutcome;

    /// <summary>The guard refused it. The row, as it was read right after, says why.</summary>
    public sealed record Refused(Reservation Reservation) : TransitionOutcome;

    /// <summary>What was to be written along with it could not be: nothing has happened.</summary>
    public sealed record Undone : TransitionOutcome;

    /// <summary>There is no such reservation.</summary>
    public sealed record Missing : TransitionOutcome;
}

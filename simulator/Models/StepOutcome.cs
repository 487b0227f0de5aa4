namespace FlashSale.Simulator.Models;

/// <summary>What became of a transition of a reservation: a closed set, as the checkout's.</summary>
public abstract record StepOutcome
{
    private StepOutcome() { }

    /// <summary>
    /// It happened, now or (a repeat by the same caller) before. The row as it is afterwards.
    /// </summary>
    public sealed record Done(LedgerRow Row) : StepOutcome;

    /// <summary>The guard refused it; the row says why.</summary>
    public sealed record Refused(LedgerRow Row) : StepOutcome;

    /// <summary>There is no such reservation.</summary>
    public sealed record Missing : StepOutcome;
}

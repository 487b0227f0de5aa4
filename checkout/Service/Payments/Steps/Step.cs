using FlashSale.Checkout.Ledger;
using FlashSale.Checkout.Payments.Attempts;
using FlashSale.Checkout.Reservations;

namespace FlashSale.Checkout.Payments.Steps;

/// <summary>What a step made of an attempt, and how to save it.</summary>
public sealed record Step(Attempt Attempt, Saving Saving)
{
    /// <summary>It was saved with what the step did to the unit, in one transaction.</summary>
    public bool IsSaved { get; init; }

    /// <summary>The attempt is no longer ours, and the step has changed nothing.</summary>
    public bool IsLost { get; init; }

    /// <summary>Someone else has taken the attempt over.</summary>
    public static Step Lost(Attempt attempt) => new(attempt, new Saving()) { IsLost = true };

    /// <summary>Progress: what went wrong before is forgotten.</summary>
    public static Step Next(Attempt attempt) =>
        new(attempt with { Doubt = false, Failures = 0, Tries = 0 }, new Saving());

    /// <summary>The intent says that the call had no effect (yet): the next step makes it again.</summary>
    public static Step CallAgain(Attempt attempt) => new(attempt with { Doubt = false }, new Saving());

    /// <summary>The unit is gone: nothing is sold, and whatever the provider has is given back.</summary>
    public static Step Ended(Attempt attempt, Reservation row, AttemptState state = AttemptState.Closing) =>
        Next(PaymentAnswers.Ended(attempt, row, state));

    /// <param name="show">What the shopper sees from now on; null: as it was.</param>
    public static Step Final(Attempt attempt, AttemptState state, PaymentState? show) =>
        Next(attempt with { State = state }) with { Saving = new(Show: show) };
}

using FlashSale.Checkout.Payments.Attempts;
using FlashSale.Checkout.Payments.Steps;

namespace FlashSale.Checkout.Payments;

/// <summary>
/// Moves an attempt through the state machine of <see cref="AttemptState"/>, a step at a time, until it is final or the
/// provider fails to say something. Every step may be cut off at any line and done again, by any checkout:
/// <list type="bullet">
/// <item>calls carry keys that derive from the attempt, and after a doubt the intent is asked for first;</item>
/// <item>the unit changes hands by guarded statements that recognise a repeat;</item>
/// <item>the attempt is saved only under its fence: with what the step did to the unit, or after it has happened.</item>
/// </list>
/// </summary>
public sealed partial class AttemptDriver(
    AttemptTable table, Authorising authorising, Capturing capturing, Closing closing, Returning returning, PaymentMetrics metrics,
    ILogger<AttemptDriver> logger)
{
    /// <summary>Steps in one go; a loop that is longer has gone wrong and is left to the next turn.</summary>
    private const int MaxSteps = 24;

    /// <param name="attempt">Leased to the caller.</param>
    /// <param name="decided">Called when it is known what to tell the shopper.</param>
    public async Task DriveAsync(Attempt attempt, Action<Attempt>? decided, CancellationToken cancel)
    {
        for (var steps = 0; steps < MaxSteps && !attempt.IsFinal; steps++)
        {
            var step = await StepAsync(attempt, cancel).ConfigureAwait(false);
            var (next, saving) = step;
            if (step.IsLost || (!step.IsSaved && !await table.SaveAsync(next, saving, cancel).ConfigureAwait(false)))
            {
                LogLost(attempt.Id);
                return;
            }

            if (attempt.Outcome is AttemptOutcome.Undecided && next.Outcome is not AttemptOutcome.Undecided)
                decided?.Invoke(next);
            if (next.State != attempt.State) LogMoved(attempt.Id, attempt.State, next.State);
            if (next.IsFinal) metrics.Final(next.State);
            if (saving.Delay is not null) return;
            attempt = next;
        }
    }

    private Task<Step> StepAsync(Attempt attempt, CancellationToken cancel) => attempt.State switch
    {
        AttemptState.Created => authorising.CreateAsync(attempt, cancel),
        AttemptState.Confirming => authorising.ConfirmAsync(attempt, cancel),
        AttemptState.Authenticating => authorising.AuthenticateAsync(attempt, cancel),
        AttemptState.Capturing => capturing.CaptureAsync(attempt, cancel),
        AttemptState.Closing => closing.CloseAsync(attempt, cancel),
        AttemptState.Returning => returning.ReturnAsync(attempt, cancel),
        _ => throw new InvalidOperationException($"an attempt in state {attempt.State} has no next step"),
    };

    [LoggerMessage(5010, LogLevel.Debug, "Payment attempt {Attempt}: {From} → {To}", EventName = "AttemptMoved")]
    private partial void LogMoved(Guid attempt, AttemptState from, AttemptState to);

    [LoggerMessage(5012, LogLevel.Debug,
        "Payment attempt {Attempt} was taken over by another checkout",
        EventName = "AttemptTakenOver")]
    private partial void LogLost(Guid attempt);
}

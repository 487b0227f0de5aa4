using FlashSale.Checkout.Payments.Attempts;
using FlashSale.Checkout.Payments.Provider;
using FlashSale.Checkout.Reservations;

using Microsoft.Extensions.Options;

using static FlashSale.Checkout.Payments.Provider.StripeProvider;

namespace FlashSale.Checkout.Payments;

/// <summary>
/// Moves an attempt through the state machine of <see cref="AttemptState"/>, a step at a time, until it is final or the
/// provider fails to say something. Every step may be cut off at any line and done again, by any checkout:
/// <list type="bullet">
/// <item>calls carry keys that derive from the attempt, and after a doubt the intent is asked for first;</item>
/// <item>the unit changes hands by guarded statements that recognise a repeat;</item>
/// <item>the attempt is saved only under its fence, after what it says has happened.</item>
/// </list>
/// </summary>
public sealed partial class AttemptDriver(
    AttemptTable table, Reservations.Reservations reservations, StripeProvider provider, PaymentMetrics metrics,
    IOptions<PaymentOptions> options, ILogger<AttemptDriver> logger)
{
    /// <summary>Steps in one go; a loop that is longer has gone wrong and is left to the next turn.</summary>
    private const int MaxSteps = 24;

    private readonly PaymentOptions _options = options.Value;

    /// <summary>Called when a step has happened and has not been saved: where a test lets the process die.</summary>
    internal Action? BeforeSave { get; set; }

    /// <param name="attempt">Leased to the caller.</param>
    /// <param name="decided">Called when it is known what to tell the shopper.</param>
    public async Task DriveAsync(Attempt attempt, Action<Attempt>? decided, CancellationToken cancel)
    {
        for (var steps = 0; steps < MaxSteps && !attempt.IsFinal; steps++)
        {
            var (next, saving) = await StepAsync(attempt, cancel).ConfigureAwait(false);
            BeforeSave?.Invoke();
            if (!await table.SaveAsync(next, saving, cancel).ConfigureAwait(false))
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
        AttemptState.Created => CreateAsync(attempt, cancel),
        AttemptState.Confirming => ConfirmAsync(attempt, cancel),
        AttemptState.Capturing => CaptureAsync(attempt, cancel),
        AttemptState.Closing => CloseAsync(attempt, cancel),
        _ => throw new InvalidOperationException($"an attempt in state {attempt.State} has no next step"),
    };

    /// <summary>created → confirming: the intent exists, and we know its id before any money can move.</summary>
    private async Task<Step> CreateAsync(Attempt attempt, CancellationToken cancel)
    {
        var reservation = await ReservationAsync(attempt, cancel).ConfigureAwait(false);
        if (!MayBePaid(reservation))
            return Ended(attempt, reservation, AttemptState.Abandoned) with { Saving = new(Show: PaymentState.None) };
        return await provider.CreateAsync(attempt, reservation.PublicId.ToString(), cancel).ConfigureAwait(false) switch
        {
            ProviderAnswer.Intent intent => Next(attempt with { Intent = intent.Id, State = AttemptState.Confirming }),
            ProviderAnswer.Refused refused =>
                await DeclineAsync(attempt, refused.Code, AttemptState.Abandoned, cancel).ConfigureAwait(false),
            ProviderAnswer.Unknown unknown => Later(attempt, unknown),
            var other => Later(attempt, Unexpected(other)),
        };
    }

    /// <summary>confirming → capturing or closing: the card is asked, or the intent when the card may have been.</summary>
    private async Task<Step> ConfirmAsync(Attempt attempt, CancellationToken cancel)
    {
        if (!attempt.Doubt)
        {
            var answer = await provider.ConfirmAsync(attempt, cancel).ConfigureAwait(false);
            return answer switch
            {
                ProviderAnswer.Intent intent => await ConfirmedAsync(attempt, intent, cancel).ConfigureAwait(false),
                ProviderAnswer.Declined declined =>
                    await DeclineAsync(attempt, declined.Code, AttemptState.Closing, cancel).ConfigureAwait(false),
                ProviderAnswer.Refused { Code: "payment_intent_unexpected_state" } => AskFirst(attempt),
                ProviderAnswer.Refused refused =>
                    await DeclineAsync(attempt, refused.Code, AttemptState.Closing, cancel).ConfigureAwait(false),
                ProviderAnswer.Unknown { NeedsNewKey: var newKey } => AskFirst(attempt, newKey),
                _ => Later(attempt, Unexpected(answer)),
            };
        }

        return await provider.RetrieveAsync(attempt.Intent!, cancel).ConfigureAwait(false) switch
        {
            ProviderAnswer.Intent intent => await ConfirmedAsync(attempt, intent, cancel).ConfigureAwait(false),
            ProviderAnswer.Unknown unknown => Later(attempt, unknown with { NeedsNewKey = false }),
            var other => Later(attempt, Unexpected(other)),
        };
    }

    private async Task<Step> ConfirmedAsync(Attempt attempt, ProviderAnswer.Intent intent, CancellationToken cancel)
    {
        switch (intent.Status)
        {
            case RequiresCapture or Succeeded:
                return await SecureAsync(attempt, intent, cancel).ConfigureAwait(false);
            case RequiresAction:
                return await DeclineAsync(attempt, "authentication_required", AttemptState.Closing, cancel)
                    .ConfigureAwait(false);
            case Canceled:
                return await DeclineAsync(attempt, "canceled", AttemptState.Closing, cancel).ConfigureAwait(false);
            case RequiresPaymentMethod when intent.DeclineCode is { } code:
                return await DeclineAsync(attempt, code, AttemptState.Closing, cancel).ConfigureAwait(false);
            case RequiresPaymentMethod or RequiresConfirmation:
                // The card has not been asked, or the call is still on its way: ask (again) while it makes sense.
                var reservation = await ReservationAsync(attempt, cancel).ConfigureAwait(false);
                return MayBePaid(reservation) ? CallAgain(attempt)
                    : IsOurs(attempt, reservation) ? AskFirst(attempt) : Ended(attempt, reservation);
            default:
                return Later(attempt, new ProviderAnswer.Unknown(intent.Status, NeedsNewKey: false));
        }
    }

    /// <summary>The money is authorised: the unit is secured for it, or the money goes back.</summary>
    private async Task<Step> SecureAsync(Attempt attempt, ProviderAnswer.Intent intent, CancellationToken cancel)
    {
        attempt = attempt with { Authorised = true };
        if (intent.Amount != attempt.Amount || intent.Currency != attempt.Currency)
        {
            LogWrongAmount(attempt.Id, intent.Amount);
            var refused = await DeclineAsync(attempt, "wrong_amount", AttemptState.Closing, cancel).ConfigureAwait(false);
            return refused with { Saving = refused.Saving with { Flag = true } };
        }

        var outcome = await reservations.SecureAsync(attempt.Reservation, attempt.Id, cancel).ConfigureAwait(false);
        return outcome switch
        {
            TransitionOutcome.Done => Next(attempt with { State = AttemptState.Capturing }),
            TransitionOutcome.Refused { Reservation: var row } when IsOurs(attempt, row) =>
                Next(attempt with { State = AttemptState.Capturing }),
            TransitionOutcome.Refused { Reservation: var row } => Ended(attempt, row),
            _ => throw new InvalidOperationException($"reservation {attempt.Reservation:N} is missing"),
        };
    }

    /// <summary>capturing → captured, or → closing when the money can't be captured any more.</summary>
    private async Task<Step> CaptureAsync(Attempt attempt, CancellationToken cancel)
    {
        if (!attempt.Doubt)
        {
            var answer = await provider.CaptureAsync(attempt, cancel).ConfigureAwait(false);
            return answer is ProviderAnswer.Intent { Status: Succeeded } captured
                ? await SellAsync(attempt, captured, cancel).ConfigureAwait(false)
                : AskFirst(attempt, answer is ProviderAnswer.Unknown { NeedsNewKey: true });
        }

        var truth = await provider.RetrieveAsync(attempt.Intent!, cancel).ConfigureAwait(false);
        switch (truth)
        {
            case ProviderAnswer.Intent { Status: Succeeded } captured:
                return await SellAsync(attempt, captured, cancel).ConfigureAwait(false);
            case ProviderAnswer.Intent { Status: RequiresPaymentMethod or Canceled } lost:
                return await ReopenAsync(attempt, lost.DeclineCode ?? "capture_failed", cancel).ConfigureAwait(false);
            case ProviderAnswer.Intent { Status: RequiresCapture } when !attempt.IsOverdue:
                return CallAgain(attempt);
            default:
                return attempt.IsOverdue
                    ? await ReopenAsync(attempt, "capture_unknown", cancel).ConfigureAwait(false)
                    : Later(attempt, truth as ProviderAnswer.Unknown ?? Unexpected(truth));
        }
    }

    private async Task<Step> SellAsync(Attempt attempt, ProviderAnswer.Intent captured, CancellationToken cancel)
    {
        if (captured.Received != attempt.Amount)
        {
            LogWrongAmount(attempt.Id, captured.Received);
            return await ReopenAsync(attempt, "wrong_amount", cancel).ConfigureAwait(false);
        }

        var outcome = await reservations.SellAsync(attempt.Reservation, attempt.Id, cancel).ConfigureAwait(false);
        return outcome switch
        {
            TransitionOutcome.Done { Reservation: var sold } =>
                Next(PaymentAnswers.Sold(attempt, sold)),
            TransitionOutcome.Refused { Reservation: var row } => Ended(attempt, row),
            _ => throw new InvalidOperationException($"reservation {attempt.Reservation:N} is missing"),
        };
    }

    /// <summary>The capture definitely failed, or is given up: the unit goes back to the cart, or on sale.</summary>
    private async Task<Step> ReopenAsync(Attempt attempt, string code, CancellationToken cancel)
    {
        await reservations.ReopenAsync(attempt.Reservation, attempt.Id, PaymentState.Declined, cancel)
            .ConfigureAwait(false);
        return await DeclineAsync(attempt, code, AttemptState.Closing, cancel).ConfigureAwait(false);
    }

    /// <summary>A definite no. After the last attempt the unit is released at once.</summary>
    private async Task<Step> DeclineAsync(
        Attempt attempt, string code, AttemptState state, CancellationToken cancel)
    {
        var row = await ReservationAsync(attempt, cancel).ConfigureAwait(false);
        if (row.State is ReservationState.Held && row.PaymentAttempts >= row.AttemptsAllowed
            && row.PaymentAttempts == attempt.Number)
        {
            var released = await reservations
                .ReleaseAsync(attempt.Reservation, ReleaseReason.Declined, cancel).ConfigureAwait(false);
            if (released is TransitionOutcome.Done done) row = done.Reservation;
        }

        return new Step(PaymentAnswers.Declined(attempt, row, code, state),
            new Saving(Show: PaymentState.Declined, Note: code));
    }

    /// <summary>closing → final: whatever the provider still has of it is cancelled or refunded.</summary>
    private async Task<Step> CloseAsync(Attempt attempt, CancellationToken cancel)
    {
        if (attempt.Intent is null) return Final(attempt, AttemptState.Abandoned, null);

        // Whoever had this attempt before us, and lost it, may have secured the unit for it, or even sold it.
        var kept = await reservations.ReopenAsync(
            attempt.Reservation, attempt.Id, PaymentState.Declined, cancel).ConfigureAwait(false);
        if (kept is TransitionOutcome.Refused { Reservation: { State: ReservationState.Sold } sold } && IsOurs(attempt, sold))
            return Final(attempt, AttemptState.Captured, null);
        if (!attempt.Doubt)
        {
            var answer = await provider.CancelAsync(attempt, cancel).ConfigureAwait(false);
            return answer is ProviderAnswer.Intent { Status: Canceled }
                ? Closed(attempt) : AskFirst(attempt, answer is ProviderAnswer.Unknown { NeedsNewKey: true });
        }

        var truth = await provider.RetrieveAsync(attempt.Intent, cancel).ConfigureAwait(false);
        return truth switch
        {
            ProviderAnswer.Intent { Status: Canceled } => Closed(attempt),
            ProviderAnswer.Intent { Status: Succeeded } => await RefundAsync(attempt, cancel).ConfigureAwait(false),
            ProviderAnswer.Intent => CallAgain(attempt),
            ProviderAnswer.Refused { Code: "resource_missing" } when !attempt.Authorised => Closed(attempt),
            _ => Later(attempt, truth as ProviderAnswer.Unknown ?? Unexpected(truth)),
        };
    }

    private async Task<Step> RefundAsync(Attempt attempt, CancellationToken cancel) =>
        await provider.RefundAsync(attempt, cancel).ConfigureAwait(false) switch
        {
            ProviderAnswer.Refunded or ProviderAnswer.Refused { Code: "charge_already_refunded" } =>
                Final(attempt, AttemptState.Refunded, PaymentState.Refunded),
            ProviderAnswer.Unknown unknown => Later(attempt, unknown),
            var other => Later(attempt, Unexpected(other)),
        };

    private static Step Closed(Attempt attempt) => attempt.Authorised
        ? Final(attempt, AttemptState.Voided, PaymentState.Voided)
        : Final(attempt, AttemptState.Declined, null);

    private static Step Final(Attempt attempt, AttemptState state, PaymentState? show) =>
        Next(attempt with { State = state }) with { Saving = new(Show: show) };

    private static Step Ended(Attempt attempt, Reservation row, AttemptState state = AttemptState.Closing) =>
        Next(PaymentAnswers.Ended(attempt, row, state));

    private static Step Next(Attempt attempt) =>
        new(attempt with { Doubt = false, Failures = 0, Tries = 0 }, new Saving());

    /// <summary>The answer settled nothing: the next step asks for the intent; at once, if that is new.</summary>
    private Step AskFirst(Attempt attempt, bool newKey = false) => new(
        attempt with { Doubt = true, Failures = attempt.Failures + 1, Tries = attempt.Tries + (newKey ? 1 : 0) },
        new Saving(attempt.Failures < 2 ? null : Backoff(attempt.Failures)));

    /// <summary>The intent says that the call had no effect (yet): the next step makes it again.</summary>
    private static Step CallAgain(Attempt attempt) => new(attempt with { Doubt = false }, new Saving());

    private Step Later(Attempt attempt, ProviderAnswer.Unknown unknown)
    {
        LogUnknown(attempt.Id, attempt.State, unknown.Why, attempt.Failures + 1);
        var show = attempt.State is AttemptState.Confirming or AttemptState.Created
            ? PaymentState.Unknown : (PaymentState?)null;
        return new Step(
            attempt with
            {
                Failures = attempt.Failures + 1,
                Tries = attempt.Tries + (unknown.NeedsNewKey ? 1 : 0),
            },
            new Saving(Backoff(attempt.Failures), show, PaymentState.Processing, unknown.Why));
    }

    private TimeSpan Backoff(int failures)
    {
        var most = Math.Min(_options.MaxBackoffMs, _options.BackoffMs * Math.Pow(2, Math.Min(failures, 20)));
        return TimeSpan.FromMilliseconds(most * (0.75 + (Random.Shared.NextDouble() / 4)));
    }

    private static ProviderAnswer.Unknown Unexpected(ProviderAnswer answer) =>
        new("unexpected: " + answer, NeedsNewKey: answer is ProviderAnswer.Refused);

    private async Task<Reservation> ReservationAsync(Attempt attempt, CancellationToken cancel) =>
        await reservations.FindAsync(attempt.Reservation, cancel).ConfigureAwait(false)
        ?? throw new InvalidOperationException($"reservation {attempt.Reservation:N} is missing");

    private static bool MayBePaid(Reservation row) => row.State is ReservationState.Held && row.ReleaseAt > row.Now;

    private static bool IsOurs(Attempt attempt, Reservation row) =>
        row.SecuredBy == attempt.Id && row.State is (ReservationState.Securing or ReservationState.Sold);

    /// <summary>What a step made of an attempt, and how to save it.</summary>
    private sealed record Step(Attempt Attempt, Saving Saving);

    [LoggerMessage(5010, LogLevel.Debug, "Payment attempt {Attempt}: {From} → {To}")]
    private partial void LogMoved(Guid attempt, AttemptState from, AttemptState to);

    [LoggerMessage(5011, LogLevel.Information, "Payment attempt {Attempt}, {State}: outcome unknown ({Why}), {Failures} in a row")]
    private partial void LogUnknown(Guid attempt, AttemptState state, string why, int failures);

    [LoggerMessage(5012, LogLevel.Debug, "Payment attempt {Attempt} was taken over by another checkout")]
    private partial void LogLost(Guid attempt);

    [LoggerMessage(5013, LogLevel.Error, "Payment attempt {Attempt}: the provider has another amount, {Amount}")]
    private partial void LogWrongAmount(Guid attempt, long amount);
}

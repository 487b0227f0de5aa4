using FlashSale.Checkout.Ledger;
using FlashSale.Checkout.Payments.Attempts;
using FlashSale.Checkout.Payments.Provider;
using FlashSale.Checkout.Reservations;

using Microsoft.Extensions.Options;

namespace FlashSale.Checkout.Payments;

/// <summary>
/// Takes a payment: persists the attempt, has it worked on, and waits a bounded time for the outcome. The work goes on
/// whether or not anyone waits.
/// </summary>
public sealed class Cashier(
    AttemptTable table, Completer completer, ReservationTable reservations, ProviderHealth health, StripeProvider provider,
    IOptions<PaymentOptions> options, TimeProvider time)
{
    /// <summary>How often a waiting repeat looks for the outcome.</summary>
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(50);

    /// <param name="reservation">The shopper's own, as just read.</param>
    /// <param name="key">The shopper's idempotency key, 1–255 printable characters.</param>
    /// <param name="requestHash">SHA-256 of the request's body.</param>
    /// <param name="receiptEmail">Where the provider sends a receipt; null for nowhere.</param>
    public async Task<PayOutcome> PayAsync(
        Reservation reservation, string key, byte[] requestHash, string method, string? receiptEmail, CancellationToken cancel)
    {
        var until = time.GetTimestamp() + (options.Value.AnswerWithinMs * time.TimestampFrequency / 1000);
        if (health.IsDown && reservation.State is ReservationState.Held
            && await table.FindByKeyAsync(reservation.Id, key, cancel).ConfigureAwait(false) is null)
            return new PayOutcome.ProviderDown(reservation);

        do
        {
            var attempt = new NewAttempt(Guid.CreateVersion7(time.GetUtcNow()), reservation.Id, key, requestHash, method, receiptEmail);
            switch (await table.BeginAsync(attempt, reservation, cancel).ConfigureAwait(false))
            {
                case BeginOutcome.Begun begun:
                    var work = completer.Begin(begun.Attempt);
                    await ((Task)work).WaitAsync(Left(until), time, cancel)
                        .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                    return work is { IsCompletedSuccessfully: true, Result.Answer: { } answer }
                        ? new PayOutcome.Decided(answer)
                        : await WaitAsync(begun.Attempt, until, cancel).ConfigureAwait(false);
                case BeginOutcome.Repeated { Attempt: var first }:
                    if (!first.RequestHash.AsSpan().SequenceEqual(requestHash)) return new PayOutcome.KeyReused();
                    return first.Answer is { } given
                        ? new PayOutcome.Decided(given) : await WaitAsync(first, until, cancel).ConfigureAwait(false);
            }

            if (await WhyNotAsync(reservation.Id, cancel).ConfigureAwait(false) is { } refused) return refused;
        }
        while (Left(until) > TimeSpan.Zero);
        return new PayOutcome.InProgress();
    }

    /// <summary>
    /// The shopper says that the bank has asked: the provider is asked how it stands now, and what follows is waited for.
    /// </summary>
    /// <param name="key">Of the payment; null: whichever the bank asks about.</param>
    public async Task<PayOutcome> ContinueAsync(Reservation reservation, string? key, CancellationToken cancel)
    {
        var until = time.GetTimestamp() + (options.Value.AnswerWithinMs * time.TimestampFrequency / 1000);
        var begun = key is null ? table.FindAskedAsync(reservation.Id, cancel) : table.FindByKeyAsync(reservation.Id, key, cancel);
        if (await begun.ConfigureAwait(false) is not { } attempt) return new PayOutcome.NoSuchKey();
        if (attempt.Answer is { } given) return new PayOutcome.Decided(given);
        // Someone else may be looking at this moment: what they saw may be older than the shopper's news, so we look after them.
        while (attempt.State is AttemptState.Authenticating && Left(until) > TimeSpan.Zero)
        {
            if (await table.WakeAsync(attempt, cancel).ConfigureAwait(false) is { } taken)
            {
                await ((Task)completer.Begin(taken)).WaitAsync(Left(until), time, cancel)
                    .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                break;
            }

            await Task.Delay(s_look, time, cancel).ConfigureAwait(false);
            attempt = await table.FindAsync(attempt.Id, cancel).ConfigureAwait(false) ?? attempt;
        }

        return await WaitAsync(attempt, until, cancel).ConfigureAwait(false);
    }

    private async Task<PayOutcome> WaitAsync(Attempt attempt, long until, CancellationToken cancel)
    {
        for (; ; )
        {
            switch (await table.FindAsync(attempt.Id, cancel).ConfigureAwait(false))
            {
                case { Answer: { } answer }:
                    return new PayOutcome.Decided(answer);
                case { State: AttemptState.Authenticating } asked
                    when await ReadAsync(attempt.Reservation, cancel).ConfigureAwait(false)
                        is { State: ReservationState.Held, PaymentState: PaymentState.ActionRequired } held:
                    return new PayOutcome.ActionRequired(
                        held, await provider.ChallengeAsync(asked, cancel).ConfigureAwait(false));
            }

            if (Left(until) <= TimeSpan.Zero) break;
            await Task.Delay(s_look, time, cancel).ConfigureAwait(false);
        }

        return new PayOutcome.Undecided(await ReadAsync(attempt.Reservation, cancel).ConfigureAwait(false), health.IsDown);
    }

    private async Task<Reservation> ReadAsync(Guid id, CancellationToken cancel) =>
        (await reservations.FindAsync(id, cancel).ConfigureAwait(false))!;

    /// <summary>Null: what was in the way is gone by now (another attempt was declined, an outage has ended): once more.</summary>
    private async Task<PayOutcome?> WhyNotAsync(Guid id, CancellationToken cancel)
    {
        // Looked at before the row: when the ledger is not out any more, the row has its new pay-by.
        var isOut = await reservations.IsOutAsync(cancel).ConfigureAwait(false);
        var row = (await reservations.FindAsync(id, cancel).ConfigureAwait(false))!;
        switch (row.State)
        {
            case ReservationState.Sold:
                return new PayOutcome.AlreadyBought();
            case ReservationState.Securing:
            case ReservationState.Held when row.PaymentState is PaymentState.Processing or PaymentState.Unknown
                or PaymentState.Authorised or PaymentState.ActionRequired:
                return new PayOutcome.InProgress();
            case ReservationState.Held when row.PaymentAttempts < row.AttemptsAllowed && (isOut || row.PayBy > row.Now):
                if (isOut) await Task.Delay(s_look, time, cancel).ConfigureAwait(false);
                return null;
            default:
                return new PayOutcome.Ended(row);
        }
    }

    private TimeSpan Left(long until) =>
        until - time.GetTimestamp() is > 0 and var ticks ? TimeSpan.FromSeconds((double)ticks / time.TimestampFrequency)
            : TimeSpan.Zero;
}

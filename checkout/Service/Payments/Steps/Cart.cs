using FlashSale.Checkout.Ledger;
using FlashSale.Checkout.Payments.Attempts;
using FlashSale.Checkout.Reservations;

namespace FlashSale.Checkout.Payments.Steps;

/// <summary>An attempt's side of the reservation that it pays for.</summary>
public sealed class Cart(ReservationTable reservations)
{
    public async Task<Reservation> ReadAsync(Attempt attempt, CancellationToken cancel) =>
        await reservations.FindAsync(attempt.Reservation, cancel).ConfigureAwait(false)
        ?? throw new InvalidOperationException($"reservation {attempt.Reservation:N} is missing");

    /// <summary>The same for an attempt's first step: whoever has begun it in this moment has looked.</summary>
    public async Task<(Reservation Row, bool MayBePaid)> LookFirstAsync(Attempt attempt, CancellationToken cancel) =>
        attempt is { Cart: { } row, Failures: 0 } ? (row, true) : await LookAsync(attempt, cancel).ConfigureAwait(false);

    /// <summary>
    /// The row, and whether it may still be paid. A cart whose time has passed while the ledger was out may: it gets that time
    /// back within a moment.
    /// </summary>
    public async Task<(Reservation Row, bool MayBePaid)> LookAsync(Attempt attempt, CancellationToken cancel)
    {
        var row = await ReadAsync(attempt, cancel).ConfigureAwait(false);
        if (row.State is not ReservationState.Held || row.ReleaseAt > row.Now) return (row, row.State is ReservationState.Held);
        // Looked at before the row is read again: when the ledger is not out any more, the row has its new time.
        var isOut = await reservations.IsOutAsync(cancel).ConfigureAwait(false);
        row = await ReadAsync(attempt, cancel).ConfigureAwait(false);
        return (row, row.State is ReservationState.Held && (isOut || row.ReleaseAt > row.Now));
    }

    /// <summary>The bank asks the shopper: the sale may give the cart more time for that, once.</summary>
    public Task ExtendAsync(Attempt attempt, CancellationToken cancel) =>
        reservations.ExtendAsync(attempt.Reservation, cancel);

    /// <summary>True when the unit is secured for, or sold by, this very attempt.</summary>
    public static bool IsOurs(Attempt attempt, Reservation row) =>
        row.SecuredBy == attempt.Id && row.State is (ReservationState.Securing or ReservationState.Sold);

    /// <summary>A definite no. After the last attempt the unit is released at once.</summary>
    /// <param name="state">Closing, or abandoned when the provider has nothing of it.</param>
    public async Task<Step> DeclineAsync(
        Attempt attempt, string code, CancellationToken cancel, AttemptState state = AttemptState.Closing)
    {
        var row = await ReadAsync(attempt, cancel).ConfigureAwait(false);
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

    /// <summary>The capture definitely failed, or is given up: the unit goes back to the cart, or on sale.</summary>
    public async Task<Step> ReopenAsync(Attempt attempt, string code, CancellationToken cancel)
    {
        await reservations.ReopenAsync(attempt.Reservation, attempt.Id, PaymentState.Declined, cancel)
            .ConfigureAwait(false);
        return await DeclineAsync(attempt, code, cancel).ConfigureAwait(false);
    }
}

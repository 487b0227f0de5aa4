using FlashSale.Checkout.Ledger;
using FlashSale.Checkout.Payments.Attempts;
using FlashSale.Checkout.Payments.Provider;
using FlashSale.Checkout.Reservations;
using FlashSale.Contract;

using static FlashSale.Checkout.Payments.Provider.StripeProvider;

namespace FlashSale.Checkout.Payments.Steps;

/// <summary>From a secured unit to a sold one.</summary>
public sealed partial class Capturing(
    StripeProvider provider, ReservationTable reservations, AttemptTable table, Cart cart, Doubts doubts, LedgerClock clock,
    ILogger<AttemptDriver> logger)
{
    /// <summary>capturing → captured, or → closing when the money can't be captured any more.</summary>
    public async Task<Step> CaptureAsync(Attempt attempt, CancellationToken cancel)
    {
        if (!attempt.Doubt)
        {
            var answer = await provider.CaptureAsync(attempt, cancel).ConfigureAwait(false);
            return answer is ProviderAnswer.Intent { Status: Succeeded } captured
                ? await SellAsync(attempt, captured, cancel).ConfigureAwait(false)
                : doubts.AskFirst(attempt, answer is ProviderAnswer.Unknown { NeedsNewKey: true });
        }

        var truth = await provider.RetrieveAsync(attempt.Intent!, cancel).ConfigureAwait(false);
        switch (truth)
        {
            case ProviderAnswer.Intent { Status: Succeeded } captured:
                return await SellAsync(attempt, captured, cancel).ConfigureAwait(false);
            case ProviderAnswer.Intent { Status: RequiresPaymentMethod or Canceled } lost:
                return await cart.ReopenAsync(attempt, lost.DeclineCode ?? "capture_failed", cancel).ConfigureAwait(false);
            case ProviderAnswer.Intent { Status: RequiresCapture } when !attempt.IsOverdue:
                return Step.CallAgain(attempt);
            default:
                return attempt.IsOverdue
                    ? await cart.ReopenAsync(attempt, "capture_unknown", cancel).ConfigureAwait(false)
                    : doubts.Later(attempt, truth);
        }
    }

    private async Task<Step> SellAsync(Attempt attempt, ProviderAnswer.Intent captured, CancellationToken cancel)
    {
        if (captured.Received != attempt.Amount)
        {
            LogWrongAmount(attempt.Id, captured.Received);
            return await cart.ReopenAsync(attempt, "wrong_amount", cancel).ConfigureAwait(false);
        }

        if (attempt.Cart is { } begun)
        {
            var sale = SoldNow(attempt, begun);
            var shared = Step.Next(PaymentAnswers.Sold(attempt, sale)) with { IsSaved = true };
            if (await table.SellAsync(shared.Attempt, sale).ConfigureAwait(false)) return shared;
        }

        var outcome = await reservations.SellAsync(attempt.Reservation, attempt.Id, cancel, (within, row, stop) =>
        {
            var (next, saving) = Step.Next(PaymentAnswers.Sold(attempt, row));
            return table.SaveAsync(within, next, saving, stop);
        }).ConfigureAwait(false);
        return outcome switch
        {
            TransitionOutcome.Done { Reservation: var sold } =>
                Step.Next(PaymentAnswers.Sold(attempt, sold)) with { IsSaved = true },
            TransitionOutcome.Undone => Step.Lost(attempt),
            TransitionOutcome.Refused { Reservation: var row } => Step.Ended(attempt, row),
            _ => throw new InvalidOperationException($"reservation {attempt.Reservation:N} is missing"),
        };
    }

    /// <summary>The cart as it will be once it is sold.</summary>
    private Reservation SoldNow(Attempt attempt, Reservation begun) => begun with
    {
        State = ReservationState.Sold,
        PaymentAttempts = attempt.Number ?? begun.PaymentAttempts,
        PaymentState = PaymentState.Captured,
        SecuredBy = attempt.Id,
        OrderNumber = OrderNumber.For(begun.Id),
        Now = clock.GetUtcNow(),
    };

    [LoggerMessage(5014, LogLevel.Error,
        "Payment attempt {Attempt}: the provider has captured another amount, {Amount}",
        EventName = "WrongAmountCaptured")]
    private partial void LogWrongAmount(Guid attempt, long amount);
}

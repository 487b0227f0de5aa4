using FlashSale.Checkout.Ledger;
using FlashSale.Checkout.Payments.Attempts;
using FlashSale.Checkout.Payments.Provider;
using FlashSale.Checkout.Reservations;

using static FlashSale.Checkout.Payments.Provider.StripeProvider;

namespace FlashSale.Checkout.Payments.Steps;

/// <summary>From an attempt that sells nothing to one of which the provider has nothing left.</summary>
public sealed class Closing(StripeProvider provider, ReservationTable reservations, Doubts doubts)
{
    /// <summary>closing → final: whatever the provider still has of it is cancelled or refunded.</summary>
    public async Task<Step> CloseAsync(Attempt attempt, CancellationToken cancel)
    {
        if (attempt.Intent is null) return await ClosePageAsync(attempt, cancel).ConfigureAwait(false);

        // Whoever had this attempt before us, and lost it, may have secured the unit for it, or even sold it.
        var kept = await reservations.ReopenAsync(
            attempt.Reservation, attempt.Id, PaymentState.Declined, cancel).ConfigureAwait(false);
        if (kept is TransitionOutcome.Refused { Reservation: { State: ReservationState.Sold } sold }
            && Cart.IsOurs(attempt, sold))
            return Step.Final(attempt, AttemptState.Captured, null);
        if (!attempt.Doubt)
        {
            var answer = await provider.CancelAsync(attempt, cancel).ConfigureAwait(false);
            return answer is ProviderAnswer.Intent { Status: Canceled } gone
                ? Closed(attempt, gone) : doubts.AskFirst(attempt, answer is ProviderAnswer.Unknown { NeedsNewKey: true });
        }

        var truth = await provider.RetrieveAsync(attempt.Intent, cancel).ConfigureAwait(false);
        return truth switch
        {
            ProviderAnswer.Intent { Status: Canceled } gone => Closed(attempt, gone),
            ProviderAnswer.Intent { Status: Succeeded } => await RefundAsync(attempt, cancel).ConfigureAwait(false),
            ProviderAnswer.Intent => Step.CallAgain(attempt),
            ProviderAnswer.Refused { Code: "resource_missing" } when !attempt.Authorised =>
                Step.Final(attempt, AttemptState.Declined, null),
            _ => doubts.Later(attempt, truth),
        };
    }

    /// <summary>Nobody has paid on the provider's own page, as far as we know: now nobody can, or somebody has after all.</summary>
    private async Task<Step> ClosePageAsync(Attempt attempt, CancellationToken cancel)
    {
        if (attempt.Session is null) return Step.Final(attempt, AttemptState.Abandoned, null);
        var page = attempt.Doubt ? await provider.PageAsync(attempt.Session, cancel).ConfigureAwait(false)
            : await provider.ExpireAsync(attempt, cancel).ConfigureAwait(false);
        return page switch
        {
            ProviderAnswer.Page { Status: Complete or Expired, IntentId: { } intent } => Step.Next(attempt with { Intent = intent }),
            ProviderAnswer.Page { Status: Expired } => Step.Final(attempt, AttemptState.Declined, null),
            ProviderAnswer.Page { Status: Open } when attempt.Doubt => Step.CallAgain(attempt),
            ProviderAnswer.Refused { Code: "resource_missing" } when attempt.Doubt => Step.Final(attempt, AttemptState.Declined, null),
            var other => attempt.Doubt ? doubts.Later(attempt, other)
                : doubts.AskFirst(attempt, other is ProviderAnswer.Unknown { NeedsNewKey: true }),
        };
    }

    private async Task<Step> RefundAsync(Attempt attempt, CancellationToken cancel) =>
        await provider.RefundAsync(attempt, cancel).ConfigureAwait(false) switch
        {
            ProviderAnswer.Refunded or ProviderAnswer.Refused { Code: "charge_already_refunded" } =>
                Step.Final(attempt, AttemptState.Refunded, PaymentState.Refunded),
            var other => doubts.Later(attempt, other),
        };

    /// <summary>Cancelled: voided, when anything was authorised, also in the moment before.</summary>
    private static Step Closed(Attempt attempt, ProviderAnswer.Intent gone) => attempt.Authorised || gone.WasAuthorised
        ? Step.Final(attempt with { Authorised = true }, AttemptState.Voided, PaymentState.Voided)
        : Step.Final(attempt, AttemptState.Declined, null);
}

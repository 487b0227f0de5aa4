using FlashSale.Checkout.Payments.Attempts;
using FlashSale.Checkout.Payments.Differences;
using FlashSale.Checkout.Payments.Provider;
using FlashSale.Checkout.Payments.Refunds;

using Microsoft.Extensions.Options;

namespace FlashSale.Checkout.Payments.Steps;

/// <summary>From a sold unit to its money back at the buyer, and the unit with whomever the call of the refund has said.</summary>
public sealed class Returning(
    StripeProvider provider, RefundTable refunds, DifferenceTable differences, Doubts doubts, IOptions<PaymentOptions> options)
{
    /// <summary>
    /// returning → refunded. What has gone back already is asked first: an operator may have refunded at the provider, in
    /// part or whole, and no money goes back twice.
    /// </summary>
    public async Task<Step> ReturnAsync(Attempt attempt, CancellationToken cancel)
    {
        if (!attempt.Doubt)
        {
            var answer = await provider.RefundAsync(attempt, cancel).ConfigureAwait(false);
            return answer is ProviderAnswer.Refunded
                ? await EndAsync(attempt, cancel).ConfigureAwait(false)
                : answer is ProviderAnswer.Refused { Code: var code } and not ProviderAnswer.Refused { Code: "charge_already_refunded" }
                ? Flagged(doubts.Later(attempt with { Doubt = true }, new ProviderAnswer.Unknown(code, NeedsNewKey: true)))
                : doubts.AskFirst(attempt, answer is ProviderAnswer.Unknown { NeedsNewKey: true });
        }

        var made = await provider.RefundsAsync(attempt.Intent!, cancel).ConfigureAwait(false);
        return made switch
        {
            ProviderAnswer.Refunds { Returned: var back } when back >= attempt.Amount =>
                await EndAsync(attempt, cancel).ConfigureAwait(false),
            // On its way; the unit is nobody else's yet.
            ProviderAnswer.Refunds { Pending: > 0 } => new Step(
                attempt with { Failures = 0 }, new Saving(TimeSpan.FromMilliseconds(options.Value.LookEveryMs))),
            // One that has failed is kept under its key: each new one gets a key of its own.
            ProviderAnswer.Refunds { Made: var count } => Step.CallAgain(attempt with { Tries = Math.Max(attempt.Tries, count) }),
            var other => doubts.Later(attempt, other),
        };
    }

    private async Task<Step> EndAsync(Attempt attempt, CancellationToken cancel)
    {
        if (!await refunds.EndAsync(attempt.Reservation, attempt.Id, cancel).ConfigureAwait(false))
            return Flagged(doubts.Later(attempt with { Doubt = true }, new ProviderAnswer.Unknown(
                "the last unit of a sale can't be withdrawn: make its inventory larger", NeedsNewKey: false)));
        await differences.SettleAsync(attempt.Id, cancel).ConfigureAwait(false);
        return Step.Final(attempt, AttemptState.Refunded, null);
    }

    private static Step Flagged(Step step) => step with { Saving = step.Saving with { Flag = true } };
}

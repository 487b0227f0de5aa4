using FlashSale.Checkout.Ledger;
using FlashSale.Checkout.Payments.Attempts;
using FlashSale.Checkout.Payments.Provider;
using FlashSale.Checkout.Reservations;
using FlashSale.Checkout.Sales;
using FlashSale.Contract;

using Microsoft.Extensions.Options;

using static FlashSale.Checkout.Payments.Provider.StripeProvider;

namespace FlashSale.Checkout.Payments.Steps;

/// <summary>From the first call to a unit that is secured for the payment.</summary>
public sealed partial class Authorising(
    StripeProvider provider, ReservationTable reservations, AttemptTable table, SaleCatalog sales, Cart cart, Doubts doubts,
    IOptions<PaymentOptions> options, ILogger<AttemptDriver> logger)
{
    /// <summary>created → confirming: the intent exists, and we know its id before any money can move.</summary>
    public async Task<Step> CreateAsync(Attempt attempt, CancellationToken cancel)
    {
        var (reservation, mayBePaid) = await cart.LookFirstAsync(attempt, cancel).ConfigureAwait(false);
        if (!mayBePaid)
            return Step.Ended(attempt, reservation, AttemptState.Abandoned) with { Saving = new(Show: PaymentState.None) };
        if (attempt.IsHosted) return await OpenPageAsync(attempt, reservation, cancel).ConfigureAwait(false);
        return await provider.CreateAsync(attempt, reservation.PublicId.ToString(), cancel).ConfigureAwait(false) switch
        {
            ProviderAnswer.Intent intent =>
                Step.Next(attempt with { Intent = intent.Id, State = AttemptState.Confirming }),
            ProviderAnswer.Refused refused =>
                await cart.DeclineAsync(attempt, refused.Code, cancel, AttemptState.Abandoned).ConfigureAwait(false),
            var other => doubts.Later(attempt, other),
        };
    }

    /// <summary>
    /// created → authenticating: the provider's own page exists, and we know its id before the shopper hears where it is. The intent
    /// of the payment on it comes into being there.
    /// </summary>
    private async Task<Step> OpenPageAsync(Attempt attempt, Reservation reservation, CancellationToken cancel)
    {
        var sale = await sales.FindAsync(SaleId.Parse(attempt.Sale), cancel).ConfigureAwait(false);
        var page = await provider.OpenPageAsync(attempt, reservation.PublicId.ToString(), sale?.Sale.Name ?? attempt.Sale, cancel)
            .ConfigureAwait(false);
        return page switch
        {
            ProviderAnswer.Page made => LookLater(
                attempt with { Session = made.Id, State = AttemptState.Authenticating, Tries = 0 }, PaymentState.ActionRequired),
            ProviderAnswer.Refused refused =>
                await cart.DeclineAsync(attempt, refused.Code, cancel, AttemptState.Abandoned).ConfigureAwait(false),
            var other => doubts.Later(attempt, other),
        };
    }

    /// <summary>
    /// authenticating, on the provider's own page: once somebody has paid there the intent is known, and goes the way of every other.
    /// When the cart's time is over the page is expired; what is authorised in that very moment is voided.
    /// </summary>
    private async Task<Step> LookAtPageAsync(Attempt attempt, string session, CancellationToken cancel)
    {
        var page = await provider.PageAsync(session, cancel).ConfigureAwait(false);
        if (page is ProviderAnswer.Page { Status: Complete, IntentId: { } intent })
            return Step.CallAgain(attempt with { Intent = intent, Failures = 0 });

        // A bank that asks there asks for time, too.
        if (page is ProviderAnswer.Page { Status: Open, IntentId: { } asked } && await provider.RetrieveAsync(asked, cancel)
            .ConfigureAwait(false) is ProviderAnswer.Intent { Status: RequiresAction })
            await cart.ExtendAsync(attempt, cancel).ConfigureAwait(false);
        var (reservation, mayBePaid) = await cart.LookAsync(attempt, cancel).ConfigureAwait(false);
        // A card that was tried there has left an intent: it is seen to that nothing is left of it.
        var end = page is ProviderAnswer.Page { Status: Expired, IntentId: null } ? AttemptState.Abandoned : AttemptState.Closing;
        if (!mayBePaid) return Step.Ended(attempt, reservation, end);
        return page is ProviderAnswer.Page { Status: Expired }
            ? await cart.DeclineAsync(attempt, "page_expired", cancel, end).ConfigureAwait(false) : LookLater(attempt);
    }

    /// <summary>
    /// authenticating → capturing, closing, or as it was: the bank has asked the shopper, and the intent says how that stands.
    /// When the cart's time is over the intent is cancelled; what is authorised in that very moment is voided.
    /// </summary>
    public async Task<Step> AuthenticateAsync(Attempt attempt, CancellationToken cancel)
    {
        if (attempt is { Intent: null, Session: { } session })
            return await LookAtPageAsync(attempt, session, cancel).ConfigureAwait(false);
        var truth = await provider.RetrieveAsync(attempt.Intent!, cancel).ConfigureAwait(false);
        if (truth is ProviderAnswer.Intent { Status: not (RequiresAction or Processing) } now)
            return await ConfirmedAsync(attempt, now, cancel).ConfigureAwait(false);
        var (reservation, mayBePaid) = await cart.LookAsync(attempt, cancel).ConfigureAwait(false);
        return mayBePaid || truth is ProviderAnswer.Intent { Status: Processing } ? LookLater(attempt)
            : Step.Ended(attempt, reservation);
    }

    /// <summary>confirming → capturing, authenticating or closing: the card is asked, or the intent when the card may have been.</summary>
    public async Task<Step> ConfirmAsync(Attempt attempt, CancellationToken cancel)
    {
        if (attempt.Doubt)
        {
            var truth = await provider.RetrieveAsync(attempt.Intent!, cancel).ConfigureAwait(false);
            return truth is ProviderAnswer.Intent now
                ? await ConfirmedAsync(attempt, now, cancel).ConfigureAwait(false)
                : doubts.Later(attempt, truth is ProviderAnswer.Unknown unknown ? unknown with { NeedsNewKey = false } : truth);
        }

        var answer = await provider.ConfirmAsync(attempt, cancel).ConfigureAwait(false);
        return answer switch
        {
            ProviderAnswer.Intent intent => await ConfirmedAsync(attempt, intent, cancel).ConfigureAwait(false),
            ProviderAnswer.Declined declined =>
                await cart.DeclineAsync(attempt, declined.Code, cancel).ConfigureAwait(false),
            ProviderAnswer.Refused { Code: "payment_intent_unexpected_state" } => doubts.AskFirst(attempt),
            ProviderAnswer.Refused refused =>
                await cart.DeclineAsync(attempt, refused.Code, cancel).ConfigureAwait(false),
            ProviderAnswer.Unknown { NeedsNewKey: var newKey } => doubts.AskFirst(attempt, newKey),
            _ => doubts.Later(attempt, answer),
        };
    }

    private async Task<Step> ConfirmedAsync(Attempt attempt, ProviderAnswer.Intent intent, CancellationToken cancel)
    {
        switch (intent.Status)
        {
            case RequiresCapture or Succeeded:
                return await SecureAsync(attempt, intent, cancel).ConfigureAwait(false);
            case RequiresAction when attempt.State is not AttemptState.Authenticating:
                // Another call of this step finds the time given already.
                await cart.ExtendAsync(attempt, cancel).ConfigureAwait(false);
                return LookLater(attempt with { State = AttemptState.Authenticating }, PaymentState.ActionRequired);
            case Processing:
                return LookLater(attempt with { State = AttemptState.Authenticating });
            case Canceled:
                return await cart.DeclineAsync(attempt, "canceled", cancel).ConfigureAwait(false);
            case RequiresPaymentMethod when intent.DeclineCode is not null || attempt.IsHosted:
                return await cart.DeclineAsync(attempt, intent.DeclineCode ?? "declined", cancel).ConfigureAwait(false);
            case RequiresPaymentMethod or RequiresConfirmation:
                // The card has not been asked, or the call is still on its way: ask (again) while it makes sense.
                var (reservation, mayBePaid) = await cart.LookAsync(attempt, cancel).ConfigureAwait(false);
                return mayBePaid ? Step.CallAgain(attempt with { State = AttemptState.Confirming })
                    : Cart.IsOurs(attempt, reservation) ? doubts.AskFirst(attempt) : Step.Ended(attempt, reservation);
            default:
                return doubts.Later(attempt, new ProviderAnswer.Unknown(intent.Status, NeedsNewKey: false));
        }
    }

    /// <summary>It is for others to move it on: their news wakes it, and without any it is looked at after a while.</summary>
    private Step LookLater(Attempt attempt, PaymentState? show = null) => new(
        attempt with { Doubt = false, Failures = 0 }, new Saving(TimeSpan.FromMilliseconds(options.Value.LookEveryMs), show));

    /// <summary>The money is authorised: the unit is secured for it, or the money goes back.</summary>
    private async Task<Step> SecureAsync(Attempt attempt, ProviderAnswer.Intent intent, CancellationToken cancel)
    {
        // Its deadlines count from now on.
        if (!attempt.Authorised) attempt = attempt with { Authorised = true, IsOverdue = false };
        if (intent.Amount != attempt.Amount || intent.Currency != attempt.Currency)
        {
            LogWrongAmount(attempt.Id, intent.Amount);
            var refused = await cart.DeclineAsync(attempt, "wrong_amount", cancel).ConfigureAwait(false);
            return refused with { Saving = refused.Saving with { Flag = true } };
        }

        var secured = Step.Next(attempt with { State = AttemptState.Capturing }) with { IsSaved = true };
        if (await table.SecureAsync(secured.Attempt).ConfigureAwait(false)) return secured;
        var outcome = await reservations.SecureAsync(attempt.Reservation, attempt.Id, cancel,
            (within, _, stop) => table.SaveAsync(within, secured.Attempt, secured.Saving, stop)).ConfigureAwait(false);
        return outcome switch
        {
            TransitionOutcome.Done => secured,
            TransitionOutcome.Undone => Step.Lost(attempt),
            TransitionOutcome.Refused { Reservation: var row } when Cart.IsOurs(attempt, row) =>
                Step.Next(attempt with { State = AttemptState.Capturing }),
            TransitionOutcome.Refused { Reservation: var row } => Step.Ended(attempt, row),
            _ => throw new InvalidOperationException($"reservation {attempt.Reservation:N} is missing"),
        };
    }

    [LoggerMessage(5013, LogLevel.Error,
        "Payment attempt {Attempt}: the provider has authorised another amount, {Amount}",
        EventName = "WrongAmountAuthorised")]
    private partial void LogWrongAmount(Guid attempt, long amount);
}

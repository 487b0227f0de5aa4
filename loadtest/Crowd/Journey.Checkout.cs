using FlashSale.LoadTest.Clients;

namespace FlashSale.LoadTest.Crowd;

/// <summary>Claiming, reserving, paying.</summary>
public sealed partial class Journey
{
    /// <summary>How far the ledger's time may be from what the last answer told of it.</summary>
    private static readonly TimeSpan s_skew = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_readPause = TimeSpan.FromSeconds(1);

    private DateTimeOffset _payBy;
    private int _attempts;
    private string[]? _paymentKeys;

    /// <summary>A good card was tried, so that a lost answer may mean that the unit is bought.</summary>
    private bool _paid;

    private async Task ClaimAsync(CancellationToken cancel)
    {
        if (await AskAsync(shopper.ClaimAsync, _clicks, admission => admission.AdmissionId, cancel)
            .ConfigureAwait(false)
            is not { } answer) return;
        switch (answer)
        {
            case { Body: { } admission }:
                _redeemBy = admission.RedeemBy;
                tally.Admit(new SeenAdmission(_number, admission.Unit, admission.RedeemBy, StayedInLine));
                Go(JourneyStep.Reserve);
                break;
            case { Problem: "admissionMissed" or "admissionSpent" }:
                Lost("the turn passed before this shopper claimed it");
                break;
            case { Problem: "notYourTurn" }:
                // The admission was taken back; the place is at the front.
                tally.CountProblem("called, and then not");
                Go(JourneyStep.Poll, s_retryPause);
                break;
            case { Problem: "saleEnded" }:
                End(Crowd.Ending.SoldOut);
                break;
            case { Problem: "alreadyBought" } when _paid:
                End(Crowd.Ending.Bought);
                break;
            default:
                Unexpected(answer);
                break;
        }
    }

    private async Task ReserveAsync(CancellationToken cancel)
    {
        if (await AskAsync(shopper.ReserveAsync, _clicks, Identity, cancel).ConfigureAwait(false)
            is not { } answer) return;
        switch (answer)
        {
            case { Body: { } reservation }:
                _payBy = reservation.PayBy;
                _attempts = 0;
                tally.CountCart();
                if (behaviour == Behaviour.NeverPays) End(Crowd.Ending.AsPlanned);
                else Go(behaviour == Behaviour.GivesBack ? JourneyStep.GiveBack : JourneyStep.Pay);
                break;
            case { Problem: "admissionSpent" or "admissionMissed" }:
            case { Problem: "admissionRequired" or "admissionInvalid" } when IsPast(_redeemBy):
                Lost("the turn passed before this shopper reserved");
                break;
            case { Problem: "saleEnded" }:
                End(Crowd.Ending.SoldOut);
                break;
            default:
                Unexpected(answer);
                break;
        }
    }

    private async Task PayAsync(CancellationToken cancel)
    {
        var good = behaviour switch
        {
            Behaviour.DeclinedAlways => false,
            Behaviour.DeclinedOnce => _attempts > 0,
            _ => true,
        };
        _paid |= good;
        // The same key until there is an answer: a repeated click must not pay twice. Tabs do not know of each other.
        var keys = _paymentKeys ??= behaviour == Behaviour.ManyTabs
            ? [.. Enumerable.Range(0, Tabs).Select(_ => Guid.NewGuid().ToString())]
            : [Guid.NewGuid().ToString()];
        var method = good ? "pm_card_visa" : "pm_card_chargeDeclined";
        if (await AskAsync(
                (click, token) => shopper.PayAsync(method, keys[click % keys.Length], token), _clicks, Identity, cancel)
            .ConfigureAwait(false)
            is not { } answer) return;
        _paymentKeys = null;
        switch (answer)
        {
            case { Body.State: "sold" }:
                End(Crowd.Ending.Bought);
                break;
            case { Status: 202 } or { Problem: "paymentInProgress" }:
            case { Problem: "alreadyBought" } when behaviour == Behaviour.ManyTabs:
                Go(JourneyStep.Read, s_readPause);
                break;
            case { Problem: "paymentDeclined" }:
                // A good card may be declined by a provider that misbehaves.
                _attempts++;
                tally.CountDecline();
                Go(JourneyStep.Pay);
                break;
            case { Problem: "reservationEnded" }:
            case { Problem: "admissionRequired" or "admissionInvalid" } when IsPast(_payBy):
                UnitLost();
                break;
            default:
                Unexpected(answer);
                break;
        }
    }

    /// <summary>The payment's outcome was unknown: it settles by itself.</summary>
    private async Task ReadAsync(CancellationToken cancel)
    {
        if (await AskAsync(shopper.ReadAsync, 1, Identity, cancel).ConfigureAwait(false)
            is not { } answer) return;
        switch (answer)
        {
            case { Body.State: "sold" }:
                End(Crowd.Ending.Bought);
                break;
            case { Body.State: "released" }:
                UnitLost();
                break;
            case { Body: { State: "held", Payment.State: "declined" or "voided" or "none" } }:
                _attempts++;
                Go(JourneyStep.Pay);
                break;
            case { Body: not null }:
                Go(JourneyStep.Read, s_readPause);
                break;
            case { Problem: "admissionRequired" or "admissionInvalid" } when IsPast(_payBy):
                // The token has ended with the time to pay; joining again tells whether the unit was bought.
                Lost("the token ended before the payment's outcome was known");
                break;
            default:
                Unexpected(answer);
                break;
        }
    }

    private async Task GiveBackAsync(CancellationToken cancel)
    {
        if (await AskAsync(shopper.GiveBackAsync, _clicks, Identity, cancel).ConfigureAwait(false)
            is not { } answer) return;
        if (answer.Body is { State: "released" } || (answer.Status == 401 && IsPast(_payBy))) End(Crowd.Ending.AsPlanned);
        else Unexpected(answer);
    }

    private void UnitLost()
    {
        if (behaviour == Behaviour.DeclinedAlways) End(Crowd.Ending.AsPlanned);
        else Lost("the time to pay passed before the payment");
    }

    /// <summary>By the server's clock, as the last place told it: this machine's may be any.</summary>
    private bool IsPast(DateTimeOffset time) => clock.GetUtcNow() + _serverAhead + s_skew >= time;

    private static string Identity(ReservationAnswer reservation) => reservation.Id;
}

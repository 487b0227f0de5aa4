using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;

using FlashSale.Contract;
using FlashSale.LoadTest.Clients;

namespace FlashSale.LoadTest.Chaos;

/// <summary>
/// One shopper who repeats what got no answer, as a browser would, and writes down everything that was answered.
/// </summary>
/// <param name="slowness">0 to 1: how slow, of those who are.</param>
public sealed class ChaosShopper(Shopper client, Wish wish, double slowness, History history, Stopwatch clock)
{
    /// <summary>Who presents a token late does so within this time around redeem-by: seconds.</summary>
    private const double LateSeconds = 3;

    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan s_giveUp = TimeSpan.FromSeconds(5);

    /// <summary>Who the edge says that this visitor is.</summary>
    private readonly string _name = IdOf(client.Visitor);

    /// <summary>Runs until bought, sold out, done as wished, or cancelled.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        try
        {
            while (await OnceAsync(cancel).ConfigureAwait(false))
            {
                // The place or the unit was lost: join again, at the end.
            }
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            // The run is over.
        }
    }

    /// <summary>True when it shall be tried again from the start.</summary>
    private async Task<bool> OnceAsync(CancellationToken cancel)
    {
        var join = await UntilKnownAsync(HistoryAct.Join, client.JoinAsync, cancel).ConfigureAwait(false);
        if (join.Body is not { } place) return false;
        while (place.State is "prequeue" or "waiting")
        {
            await Task.Delay(Math.Min(place.NextPollMs, 2_000), cancel).ConfigureAwait(false);
            var poll = await UntilKnownAsync(HistoryAct.Poll, client.PollAsync, cancel).ConfigureAwait(false);
            if (poll.Body is null) return false;
            place = poll.Body;
            if (wish == Wish.Leave && place.State == "waiting")
            {
                await UntilKnownAsync(HistoryAct.Leave, client.LeaveAsync, cancel).ConfigureAwait(false);
                return false;
            }
        }

        if (place.State is "missed" or "left") return true;
        return place.State == "admitted" && await BuyAsync(cancel).ConfigureAwait(false);
    }

    private async Task<bool> BuyAsync(CancellationToken cancel)
    {
        var claim = await UntilKnownAsync(HistoryAct.Claim, client.ClaimAsync, cancel).ConfigureAwait(false);
        if (claim.Body is not { } token) return claim.Problem is "admissionMissed" or "notYourTurn";
        await HoldAsync(token.RedeemBy, cancel).ConfigureAwait(false);
        var reserve = await UntilKnownAsync(HistoryAct.Reserve, client.ReserveAsync, cancel).ConfigureAwait(false);
        if (reserve.Body is null) return reserve.Problem is "admissionMissed" or "admissionSpent" or "notYourTurn";
        switch (wish)
        {
            case Wish.NeverPay or Wish.PresentLate:
                return false;
            case Wish.GiveBack:
                await UntilKnownAsync(HistoryAct.GiveBack, client.GiveBackAsync, cancel).ConfigureAwait(false);
                return false;
            case Wish.BuyWithASecondCard:
                await PayAsync("pm_card_chargeDeclined", cancel).ConfigureAwait(false);
                break;
        }

        var paid = await PayAsync("pm_card_visa", cancel).ConfigureAwait(false);
        while (paid is { Status: 202 } or { Problem: "paymentInProgress" or "paymentDeclined" or "admissionRequired" })
        {
            // The cart has been given more time than its token has: the place gives another.
            if (paid.Problem == "admissionRequired"
                && (await UntilKnownAsync(HistoryAct.Claim, client.ClaimAsync, cancel).ConfigureAwait(false)).Body is null) return false;
            await Task.Delay(s_pause, cancel).ConfigureAwait(false);
            var read = await UntilKnownAsync(HistoryAct.Read, client.ReadAsync, cancel).ConfigureAwait(false);
            if (read.Body is not { State: "held" } held) return read.Body is { State: "released" };
            if (held.Payment.State is "declined" or "none" or "voided") paid = await PayAsync("pm_card_visa", cancel).ConfigureAwait(false);
        }

        return paid.Problem is "reservationEnded";
    }

    /// <summary>Keeps the token as long as the wish says, while its unit waits.</summary>
    private async Task HoldAsync(DateTimeOffset redeemBy, CancellationToken cancel)
    {
        var left = redeemBy - TimeProvider.System.GetUtcNow();
        var wait = wish switch
        {
            Wish.BuySlowly => left * slowness,
            Wish.PresentLate => left + TimeSpan.FromSeconds(LateSeconds * (slowness - 0.5)),
            _ => TimeSpan.Zero,
        };
        if (wait > TimeSpan.Zero) await Task.Delay(wait, cancel).ConfigureAwait(false);
    }

    private Task<Answer<ReservationAnswer>> PayAsync(string card, CancellationToken cancel)
    {
        var key = Guid.NewGuid().ToString();
        return UntilKnownAsync(HistoryAct.Pay, token => client.PayAsync(card, key, token), cancel);
    }

    /// <summary>Sends the same request until it gets an answer that is not "try again".</summary>
    private async Task<Answer<T>> UntilKnownAsync<T>(
        HistoryAct act, Func<CancellationToken, Task<Answer<T>>> request, CancellationToken cancel) where T : class
    {
        while (true)
        {
            var sent = Now();
            try
            {
                using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
                patience.CancelAfter(s_giveUp);
                var answer = await request(patience.Token).ConfigureAwait(false);
                history.Add(Event(act, answer, sent));
                if (answer.Status < 500 && !answer.IsTemporary) return answer;
            }
            catch (Exception error) when (!cancel.IsCancellationRequested
                && error is HttpRequestException or OperationCanceledException or IOException)
            {
                history.Add(new HistoryEvent(_name, act, HistoryAnswer.Unknown, sent, Now()));
            }

            await Task.Delay(s_pause, cancel).ConfigureAwait(false);
        }
    }

    private HistoryEvent Event<T>(HistoryAct act, Answer<T> answer, long sent) where T : class
    {
        var kind = answer.Status < 400 ? HistoryAnswer.Ok : answer.Status < 500 ? HistoryAnswer.Fail : HistoryAnswer.Unknown;
        var happened = new HistoryEvent(_name, act, kind, sent, Now(), State: answer.Problem ?? "");
        return answer.Body switch
        {
            PlaceAnswer place => happened with
            {
                Number = place.Number,
                State = place.State,
                RedeemBy = place.RedeemBy ?? default,
            },
            AdmissionAnswer admission => happened with
            {
                Admission = admission.AdmissionId,
                Unit = admission.Unit,
                RedeemBy = admission.RedeemBy,
            },
            ReservationAnswer reservation => happened with
            {
                Unit = reservation.Unit,
                Reservation = reservation.Id,
                State = reservation.State,
                PayBy = reservation.PayBy,
            },
            _ => happened,
        };
    }

    /// <summary>An anonymous shopper's id is a hash of the visitor's cookie.</summary>
    private static string IdOf(string visitor) => ShopperId.Visitor(SHA256.HashData(Encoding.ASCII.GetBytes(visitor))).Value;

    private long Now() => (long)clock.Elapsed.TotalMicroseconds;
}

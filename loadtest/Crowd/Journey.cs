using FlashSale.LoadTest.Clients;

namespace FlashSale.LoadTest.Crowd;

/// <summary>One shopper from joining to the end, doing as the server tells (when to poll, when to come back).</summary>
public sealed class Journey(Shopper shopper, Behaviour behaviour, Tally tally, TimeProvider clock)
{
    /// <summary>Who lost the place by accident joins again this often.</summary>
    private const int MostJoins = 4;

    /// <summary>A request that the server is too busy for, or that got no answer, is repeated this often.</summary>
    private const int MostTries = 30;
    private static readonly TimeSpan s_retryPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_readPause = TimeSpan.FromSeconds(1);

    private int _joins;
    private long _number;

    /// <param name="intended">When the shopper meant to arrive, as a timestamp of the clock.</param>
    public async Task<Ending> RunAsync(long intended, CancellationToken cancel)
    {
        while (_joins < MostJoins)
        {
            var place = await TryAsync("join", shopper.JoinAsync, cancel, intended).ConfigureAwait(false);
            if (place.Problem == "alreadyBought") return Unexpected("join", place);
            if (place.Body is not { } joined) return place.Problem == "saleEnded" ? Ending.SoldOut : Unexpected("join", place);
            if (_joins++ == 0) tally.CountJoin();
            _number = joined.Number;
            if (behaviour == Behaviour.WandersOff) return Ending.AsPlanned;
            if (await WaitAndBuyAsync(joined, cancel).ConfigureAwait(false) is { } ending) return ending;
            intended = clock.GetTimestamp();
        }
        return Ending.Failed;
    }

    /// <summary>Null = the place was lost, join again.</summary>
    private async Task<Ending?> WaitAndBuyAsync(PlaceAnswer place, CancellationToken cancel)
    {
        while (true)
        {
            switch (place.State)
            {
                case "prequeue" or "waiting":
                    await Task.Delay(TimeSpan.FromMilliseconds(place.NextPollMs), clock, cancel).ConfigureAwait(false);
                    var poll = await TryAsync("poll", shopper.PollAsync, cancel).ConfigureAwait(false);
                    if (poll.Body is null) return Unexpected("poll", poll);
                    place = poll.Body;
                    continue;
                case "admitted":
                    tally.CountCall();
                    if (behaviour == Behaviour.NeverComes) return Ending.AsPlanned;
                    return await BuyAsync(cancel).ConfigureAwait(false);
                case "missed" or "left":
                    tally.CountProblem("came too late for the turn");
                    return null;
                case "soldOut" or "ended":
                    if (_joins == 1) tally.NeverCalled.Add(_number);
                    return Ending.SoldOut;
                default:
                    tally.CountProblem($"poll: unexpected state {place.State}");
                    return Ending.Failed;
            }
        }
    }

    private async Task<Ending?> BuyAsync(CancellationToken cancel)
    {
        var claim = await TryAsync("claim", shopper.ClaimAsync, cancel).ConfigureAwait(false);
        if (claim.Problem == "admissionMissed") return null;
        if (claim.Body is not { } admission) return Unexpected("claim", claim);
        tally.Admissions.Add(new SeenAdmission(_number, admission.Unit, admission.RedeemBy, _joins == 1));

        var reserve = await TryAsync("reserve", shopper.ReserveAsync, cancel).ConfigureAwait(false);
        if (reserve.Problem is "admissionSpent" or "admissionMissed") return null;
        if (reserve.Body is null) return Unexpected("reserve", reserve);
        tally.CountCart(1);
        try
        {
            return behaviour == Behaviour.NeverPays ? Ending.AsPlanned : await PayAsync(cancel).ConfigureAwait(false);
        }
        finally
        {
            tally.CountCart(-1);
        }
    }

    private async Task<Ending?> PayAsync(CancellationToken cancel)
    {
        for (var attempt = 0; ; attempt++)
        {
            var good = behaviour == Behaviour.Buys || (behaviour == Behaviour.DeclinedOnce && attempt > 0);
            var (method, key) = (good ? "pm_card_visa" : "pm_card_chargeDeclined", Guid.NewGuid().ToString());
            var answer = await TryAsync("pay", token => shopper.PayAsync(method, key, token), cancel).ConfigureAwait(false);
            switch (answer)
            {
                case { Status: 201 }:
                    return Ending.Bought;
                case { Status: 202 } or { Problem: "paymentInProgress" }:
                    return await OutcomeAsync(cancel).ConfigureAwait(false);
                case { Problem: "paymentDeclined" } when !good:
                    tally.CountDecline();
                    continue;
                case { Problem: "reservationEnded" }:
                    if (behaviour == Behaviour.DeclinedAlways) return Ending.AsPlanned;
                    tally.CountProblem("paid too late");
                    return null;
                default:
                    return Unexpected("pay", answer);
            }
        }
    }

    /// <summary>The payment's outcome was unknown: it settles by itself.</summary>
    private async Task<Ending?> OutcomeAsync(CancellationToken cancel)
    {
        while (true)
        {
            var answer = await TryAsync("read", shopper.ReadAsync, cancel).ConfigureAwait(false);
            if (answer.Body is null) return Unexpected("read", answer);
            if (answer.Body.State == "sold") return Ending.Bought;
            if (answer.Body.State == "released") return null;
            await Task.Delay(s_readPause, clock, cancel).ConfigureAwait(false);
        }
    }

    private async Task<Answer<T>> TryAsync<T>(
        string step, Func<CancellationToken, Task<Answer<T>>> request, CancellationToken cancel, long? intended = null)
        where T : class
    {
        var started = intended ?? clock.GetTimestamp();
        for (var tries = 1; ; tries++)
        {
            var pause = s_retryPause;
            try
            {
                var answer = await request(cancel).ConfigureAwait(false);
                if (!answer.IsTemporary || tries == MostTries)
                {
                    tally.Record(step, clock.GetElapsedTime(started));
                    return answer;
                }
                tally.CountProblem($"{step}: {answer.Status} {answer.Problem} (repeated)");
                pause = answer.RetryAfter ?? pause;
            }
            catch (Exception error) when (error is HttpRequestException or TaskCanceledException
                && !cancel.IsCancellationRequested && tries < MostTries)
            {
                tally.CountProblem($"{step}: {error.Message} (repeated)");
            }
            await Task.Delay(pause, clock, cancel).ConfigureAwait(false);
        }
    }

    private Ending Unexpected<T>(string step, Answer<T> answer) where T : class
    {
        tally.CountProblem($"{step}: unexpected {answer.Status} {answer.Problem}");
        return Ending.Failed;
    }
}

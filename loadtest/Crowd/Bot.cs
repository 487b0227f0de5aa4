using FlashSale.LoadTest.Clients;

namespace FlashSale.LoadTest.Crowd;

/// <summary>
/// A program that joins, polls and claims in turn without a pause, whatever it is told, and buys at once when
/// it gets a
/// unit. It must gain nothing by that, and cost nobody else anything.
/// </summary>
public sealed class Bot(Shopper shopper, CrowdTally tally) : IWalker
{
    /// <summary>Polls at once, fifteen times a second: far more often than any ticket may.</summary>
    private const int Volley = 10;
    private static readonly TimeSpan s_period = TimeSpan.FromMilliseconds(50);

    private long _turn;
    private long _number;
    private string? _admission;

    public string Next => JourneyStep.Hammer;

    public Ending? Ending { get; private set; }

    /// <summary>Being refused is what a bot is for.</summary>
    public string? Refusal => null;

    public async Task<TimeSpan> StepAsync(long due, CancellationToken cancel)
    {
        try
        {
            await MakeAsync(cancel).ConfigureAwait(false);
        }
        catch (Exception error) when (Journey.IsNoAnswer(error, cancel))
        {
            tally.CountAnswer(Next, 0, error.Message);
        }
        return s_period;
    }

    private async Task MakeAsync(CancellationToken cancel)
    {
        var place = (_turn++ % 8) switch
        {
            _ when shopper.Ticket is null => await CountAsync(shopper.JoinAsync(cancel))
                .ConfigureAwait(false),
            0 => await CountAsync(shopper.JoinAsync(cancel)).ConfigureAwait(false),
            4 => await TakeAsync(cancel).ConfigureAwait(false),
            _ => (await Task.WhenAll(Enumerable.Range(0, Volley).Select(_ => CountAsync(shopper.PollAsync(cancel))))
                .ConfigureAwait(false))[0],
        };
        if (place?.Body is { } seen) _number = seen.Number;
        if (place is { Body.State: "soldOut" or "ended" } or { Problem: "saleEnded" }) Ending ??= Crowd.Ending.SoldOut;
        if (place is { Problem: "alreadyBought" }) Buy();
    }

    private void Buy()
    {
        if (Ending is not null) return;
        Ending = Crowd.Ending.Bought;
        tally.CountBotPurchase();
    }

    /// <summary>Tries the turn that it may not have.</summary>
    private async Task<Answer<PlaceAnswer>?> TakeAsync(CancellationToken cancel)
    {
        var claim = await CountAsync(shopper.ClaimAsync(cancel)).ConfigureAwait(false);
        if (claim.Body is not { } admission) return null;
        if (_admission != admission.AdmissionId)
        {
            _admission = admission.AdmissionId;
            tally.Admit(new SeenAdmission(_number, admission.Unit, admission.RedeemBy, Stayed: false, Bot: true));
        }
        var reserve = await CountAsync(shopper.ReserveAsync(cancel)).ConfigureAwait(false);
        if (reserve.Body is null) return null;
        var paid = await CountAsync(shopper.PayAsync("pm_card_visa", null, cancel)).ConfigureAwait(false);
        if (paid.Body is { State: "sold" }) Buy();
        return null;
    }

    private async Task<Answer<T>> CountAsync<T>(Task<Answer<T>> request) where T : class
    {
        var answer = await request.ConfigureAwait(false);
        tally.CountRequests(Next, 1);
        tally.CountBot(refused: answer.Status == 429);
        if (answer.Problem is not null) tally.CountAnswer(Next, answer.Status, answer.Problem);
        return answer;
    }
}

using FlashSale.LoadTest.Clients;

namespace FlashSale.LoadTest.Crowd;

/// <summary>
/// A shopper who joins, asks to be called, and is not seen again before the phone rings; some seconds later they are there,
/// and do as everyone does.
/// </summary>
/// <param name="awake">What they do while they are awake.</param>
/// <param name="phone">Its name at the push service.</param>
/// <param name="seed">How long it takes from the ringing until they look.</param>
public sealed class Sleeper(
    Journey awake, Shopper shopper, CrowdPushService push, string phone, CrowdTally tally, int seed) : IWalker
{
    private const string Asking = JourneyStep.Ask, Sleeping = "sleep";

    /// <summary>How often it is looked whether the phone has rung: in memory.</summary>
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan s_retry = TimeSpan.FromSeconds(1);

    /// <summary>From the ringing until they look: a phone on the table, or in a bag.</summary>
    private const double LeastSeconds = 1, MostSeconds = 15;

    private string? _own;
    private bool _hasAsked;

    public string Next => _own ?? awake.Next;

    public Ending? Ending => awake.Ending;

    public string? Refusal => awake.Refusal;

    public async Task<TimeSpan> StepAsync(long due, CancellationToken cancel)
    {
        if (_own == Asking) return await AskAsync(cancel).ConfigureAwait(false);
        if (_own == Sleeping)
        {
            if (!push.RungAsync(phone).IsCompleted) return s_look;
            _own = null;
            tally.CountWoken();
            return TimeSpan.FromSeconds(LeastSeconds + new Random(seed).NextDouble() * (MostSeconds - LeastSeconds));
        }

        var pause = await awake.StepAsync(due, cancel).ConfigureAwait(false);
        if (_hasAsked || awake.Ending is not null || awake.Next != JourneyStep.Poll) return pause;
        (_own, _hasAsked) = (Asking, true);
        return TimeSpan.Zero;
    }

    private async Task<TimeSpan> AskAsync(CancellationToken cancel)
    {
        var status = 0;
        try
        {
            status = await shopper.AskToBeCalledAsync(push.Subscribe(phone), cancel).ConfigureAwait(false);
        }
        catch (Exception error) when (Journey.IsNoAnswer(error, cancel))
        {
            // As good as a refusal for now.
        }

        tally.CountRequests(JourneyStep.Ask, 1);
        if (status is 0 or 429 or >= 500) return s_retry;
        _own = status == 204 ? Sleeping : null;
        // 409: called meanwhile, and so awake.
        if (status is not (204 or 409)) tally.CountProblem($"asking to be called was answered with {status}");
        return TimeSpan.Zero;
    }
}

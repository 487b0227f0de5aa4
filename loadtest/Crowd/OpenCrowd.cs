using FlashSale.LoadTest.Clients;

namespace FlashSale.LoadTest.Crowd;

/// <summary>
/// Many shoppers who arrive at their own times, whether or not the system keeps up (open loop): a slow answer delays
/// nobody else's arrival, and latency counts from the intended arrival.
/// </summary>
public sealed class OpenCrowd(EdgeClients edges, string sale, TimeProvider clock)
{
    /// <summary>Sends everyone; returns when every journey has ended.</summary>
    /// <param name="arrivals">When each shopper arrives, from now; ascending.</param>
    /// <param name="behaviourOf">What the n-th shopper is like.</param>
    public async Task RunAsync(
        IReadOnlyList<TimeSpan> arrivals, Func<int, Behaviour> behaviourOf, Tally tally, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(arrivals);
        ArgumentNullException.ThrowIfNull(behaviourOf);
        ArgumentNullException.ThrowIfNull(tally);
        var begun = clock.GetTimestamp();
        var journeys = new List<Task>(arrivals.Count);
        for (var i = 0; i < arrivals.Count; i++)
        {
            var early = arrivals[i] - clock.GetElapsedTime(begun);
            if (early > TimeSpan.FromMilliseconds(1)) await Task.Delay(early, clock, cancel).ConfigureAwait(false);
            var intended = begun + (long)(arrivals[i].TotalSeconds * clock.TimestampFrequency);
            journeys.Add(WalkAsync(new Shopper(edges[i], sale), behaviourOf(i), intended, tally, cancel));
        }
        await Task.WhenAll(journeys).ConfigureAwait(false);
    }

    private async Task WalkAsync(
        Shopper shopper, Behaviour behaviour, long intended, Tally tally, CancellationToken cancel)
    {
        try
        {
            var journey = new Journey(shopper, behaviour, tally, clock);
            tally.CountEnding(await journey.RunAsync(intended, cancel).ConfigureAwait(false));
        }
        catch (Exception error) when (error is HttpRequestException or TaskCanceledException && !cancel.IsCancellationRequested)
        {
            tally.CountProblem($"gave up: {error.Message}");
            tally.CountEnding(Ending.Failed);
        }
    }
}

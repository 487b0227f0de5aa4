using System.Text.Json;

using FlashSale.LoadTest.Clients;
using FlashSale.LoadTest.Crowd;

namespace FlashSale.LoadTest.Reports;

/// <summary>
/// Looks at the run once a second, and less often when it gets long: never more than a bounded number of
/// looks.
/// </summary>
/// <param name="arrivals">When the shoppers are to arrive; ascending.</param>
public sealed class Timeline(
    OperatorClient operators, string sale, OpenCrowd crowd, CrowdTally tally, IReadOnlyList<TimeSpan> arrivals,
    MeasuredProcesses processes, TimeProvider clock)
{
    /// <summary>Then every second one is dropped, and the time between two doubles.</summary>
    public const int MostMoments = 2_000;

    private readonly List<TimelineMoment> _moments = [];
    private readonly long _begun = clock.GetTimestamp();
    private int _intended;
    private TimeSpan _interval = TimeSpan.FromSeconds(1);

    public IReadOnlyList<TimelineMoment> Moments => _moments;

    /// <summary>All units are sold, when last looked at.</summary>
    public bool IsSoldOut { get; private set; }

    /// <summary>Looks until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        try
        {
            while (true)
            {
                await LookAsync(cancel).ConfigureAwait(false);
                await Task.Delay(_interval, clock, cancel).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            // The run is over.
        }
    }

    public async Task LookAsync(CancellationToken cancel)
    {
        SaleAnswer? numbers = null;
        try
        {
            numbers = await operators.NumbersAsync(sale, cancel).ConfigureAwait(false);
        }
        catch (Exception error) when (Journey.IsNoAnswer(error, cancel) || error is JsonException)
        {
            tally.CountAnswer(JourneyStep.Watch, 0, "the operators' numbers were not to be had");
        }
        Keep(numbers);
    }

    private void Keep(SaleAnswer? numbers)
    {
        var (last, units) = (_moments.LastOrDefault(), numbers?.Units);
        IsSoldOut |= units is { } known && known.Sold >= known.Total;
        var passed = clock.GetElapsedTime(_begun);
        while (_intended < arrivals.Count && arrivals[_intended] <= passed) _intended++;
        _moments.Add(new TimelineMoment(
            Math.Round(passed.TotalSeconds, 3), tally.Joined, crowd.Here, tally.Called, tally.Requests,
            numbers?.Line?.Waiting ?? last?.Waiting ?? 0, units?.Admitted ?? last?.Admitted ?? 0,
            units?.Held ?? last?.Held ?? 0, units?.Sold ?? last?.Sold ?? 0, units?.Released ?? last?.Released ?? 0,
            MeasuredProcesses.OwnCpuSeconds, processes.EdgeCpuSeconds, processes.Megabytes())
        {
            Polls = tally.Polls,
            Intended = _intended,
        });
        if (_moments.Count < MostMoments) return;
        var kept = _moments.Where((_, i) => i % 2 == 0).ToArray();
        _moments.Clear();
        _moments.AddRange(kept);
        _interval *= 2;
    }
}

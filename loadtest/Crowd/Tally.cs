using System.Collections.Concurrent;

using HdrHistogram;

namespace FlashSale.LoadTest.Crowd;

/// <summary>One shopper's admission as the shopper saw it, for judging the order.</summary>
/// <param name="First">The shopper's first place, not a later one at the end of the line.</param>
public readonly record struct SeenAdmission(long Number, int Unit, DateTimeOffset RedeemBy, bool First);

/// <summary>What the crowd has counted so far; safe to use from many shoppers.</summary>
public sealed class Tally
{
    private const int HighestMicroseconds = 120_000_000;
    private const int Digits = 3;

    private readonly ConcurrentDictionary<string, LongConcurrentHistogram> _latencies = new();
    private readonly ConcurrentDictionary<string, int> _problems = new();
    private readonly ConcurrentDictionary<Ending, int> _endings = new();
    private int _joined, _called, _inCarts, _declined, _ended;

    public int Joined => _joined;

    /// <summary>Shoppers who saw that it was their turn.</summary>
    public int Called => _called;

    /// <summary>Units in carts of this crowd now.</summary>
    public int InCarts => _inCarts;
    public int Declined => _declined;
    public int Ended => _ended;

    public ConcurrentBag<SeenAdmission> Admissions { get; } = [];

    /// <summary>Numbers of first places that were still waiting, seen, when everything was sold.</summary>
    public ConcurrentBag<long> NeverCalled { get; } = [];

    public IReadOnlyDictionary<string, int> Problems => _problems;

    public int Of(Ending ending) => _endings.GetValueOrDefault(ending);

    public void CountJoin() => Interlocked.Increment(ref _joined);

    public void CountCall() => Interlocked.Increment(ref _called);

    public void CountCart(int change) => Interlocked.Add(ref _inCarts, change);

    public void CountDecline() => Interlocked.Increment(ref _declined);

    public void CountProblem(string what) => _problems.AddOrUpdate(what, 1, (_, count) => count + 1);

    public void CountEnding(Ending ending)
    {
        Interlocked.Increment(ref _ended);
        _endings.AddOrUpdate(ending, 1, (_, count) => count + 1);
    }

    public void Record(string step, TimeSpan latency) => _latencies
        .GetOrAdd(step, _ => new LongConcurrentHistogram(1, HighestMicroseconds, Digits))
        .RecordValue(Math.Clamp((long)latency.TotalMicroseconds, 1, HighestMicroseconds));

    /// <summary>Milliseconds at a percentile; 0 when the step never ran.</summary>
    public double Milliseconds(string step, double percentile) =>
        _latencies.TryGetValue(step, out var latency) ? latency.GetValueAtPercentile(percentile) / 1000.0 : 0;

    /// <summary>Every step with its count and percentiles, in milliseconds.</summary>
    public IReadOnlyList<StepLatency> Latencies() => [.. _latencies.OrderBy(pair => pair.Key, StringComparer.Ordinal)
        .Select(pair => new StepLatency(
            pair.Key, pair.Value.TotalCount, Milliseconds(pair.Key, 50), Milliseconds(pair.Key, 99),
            Milliseconds(pair.Key, 99.9)))];
}

/// <summary>One step's latency in milliseconds, from when the shopper meant to do it.</summary>
public sealed record StepLatency(string Step, long Count, double P50, double P99, double P999);

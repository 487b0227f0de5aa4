using System.Collections.Concurrent;

namespace FlashSale.LoadTest.Chaos;

/// <summary>Everything that the clients saw, in the order in which answers came.</summary>
public sealed class History
{
    /// <summary>Events kept at the most; a run that sends more is too long to check in memory.</summary>
    public const int MaxEvents = 20_000_000;

    private readonly ConcurrentQueue<HistoryEvent> _events = new();
    private int _count;

    public IReadOnlyCollection<HistoryEvent> Events => _events;

    /// <exception cref="InvalidOperationException">More than <see cref="MaxEvents"/>.</exception>
    public void Add(HistoryEvent happened)
    {
        if (Interlocked.Increment(ref _count) > MaxEvents)
            throw new InvalidOperationException($"the history is full: {MaxEvents:N0} events");
        _events.Enqueue(happened);
    }
}

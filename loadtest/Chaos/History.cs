using System.Collections.Concurrent;
using System.Text.RegularExpressions;

namespace FlashSale.LoadTest.Chaos;

/// <summary>Everything that the clients saw, in the order in which answers came.</summary>
public sealed partial class History
{
    /// <summary>Events kept at the most; a run that sends more is too long to check in memory.</summary>
    public const int MaxEvents = 20_000_000;

    /// <summary>The last answers of a shopper that are told beside a violation.</summary>
    private const int MostTold = 60;

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

    /// <summary>What the shoppers that violations name were told last: where to begin looking.</summary>
    public IEnumerable<string> ToldBefore(IEnumerable<string> violations)
    {
        var named = violations.SelectMany(violation => ShopperName().Matches(violation)).Select(name => name.Value).ToHashSet();
        foreach (var own in Events.Where(e => named.Contains(e.Shopper)).GroupBy(e => e.Shopper))
            foreach (var e in own.OrderBy(e => e.Received).TakeLast(MostTold))
                yield return $"  {own.Key} {e.Sent / 1e6:F1}-{e.Received / 1e6:F1} {e.Act} {e.Answer} {e.Number} {e.State}"
                    + $" {e.Admission} {e.Reservation} {(e.Admission.Length > 0 ? e.RedeemBy : null):HH:mm:ss}";
    }

    [GeneratedRegex("v-[A-Za-z0-9_-]{22}")]
    private static partial Regex ShopperName();
}

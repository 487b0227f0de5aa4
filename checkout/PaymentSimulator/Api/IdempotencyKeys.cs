using FlashSale.PaymentSimulator.Intents;

namespace FlashSale.PaymentSimulator.Api;

/// <summary>Stripe's idempotency keys: the first answer is kept, whatever it was, once execution began.</summary>
public sealed class IdempotencyKeys
{
    /// <summary>Keys kept; the oldest are forgotten, as Stripe forgets them after a day.</summary>
    private const int MaxKeys = 1_000_000;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Entry> _entries = [];
    private readonly Queue<string> _order = [];

    public KeyVerdict Enter(string key, string request)
    {
        lock (_gate)
        {
            if (_entries.TryGetValue(key, out var entry))
            {
                return entry.Request != request ? new KeyVerdict.Reused()
                    : entry.Answer is { } answer ? new KeyVerdict.Replayed(answer) : new KeyVerdict.InUse();
            }

            _entries[key] = new Entry(request, null);
            _order.Enqueue(key);
            if (_order.Count > MaxKeys) _entries.Remove(_order.Dequeue());
            return new KeyVerdict.Mine();
        }
    }

    /// <summary>Keeps the answer, or forgets the key when it is not to be saved.</summary>
    public void Leave(string key, StripeAnswer answer)
    {
        lock (_gate)
        {
            if (!_entries.TryGetValue(key, out var entry)) return;
            if (answer.Saved) _entries[key] = entry with { Answer = answer };
            else _entries.Remove(key);
        }
    }

    public void Clear()
    {
        lock (_gate)
        {
            _entries.Clear();
            _order.Clear();
        }
    }

    private sealed record Entry(string Request, StripeAnswer? Answer);
}

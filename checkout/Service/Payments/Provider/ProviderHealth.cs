namespace FlashSale.Checkout.Payments.Provider;

/// <summary>
/// Whether the provider is down as a whole, for shoppers, operators and the metrics: the circuit is open, or no try of
/// any call has been answered for <see cref="DownAfter"/>. While it is in doubt the <see cref="ProviderProbe"/> asks, so
/// that a provider that nobody calls any more is found up again, and a single shopper's failure is enough to find it down.
/// </summary>
public sealed class ProviderHealth(TimeProvider time)
{
    public static readonly TimeSpan DownAfter = TimeSpan.FromSeconds(5);

    /// <summary>Tries that have failed before it counts as down: one that hangs is not enough.</summary>
    private const int MinFailures = 3;

    private readonly Lock _gate = new();
    private bool _circuitOpen;
    private int _failures;
    private long _failingFrom;
    private DateTimeOffset? _since;

    /// <summary>True when payments that begin now would fail.</summary>
    public bool IsDown
    {
        get
        {
            lock (_gate)
                return _circuitOpen || (_failures >= MinFailures && time.GetElapsedTime(_failingFrom) >= DownAfter);
        }
    }

    /// <summary>True when the last try failed: worth asking again.</summary>
    public bool IsInDoubt
    {
        get { lock (_gate) return _circuitOpen || _failures > 0; }
    }

    /// <summary>Since when, by this machine's clock; null while it is up.</summary>
    public DateTimeOffset? DownSince => IsDown ? _since : null;

    /// <summary>A try was answered, whatever the answer said.</summary>
    internal void Answered()
    {
        lock (_gate)
        {
            _failures = 0;
            if (!_circuitOpen) _since = null;
        }
    }

    /// <summary>A try brought no answer, or one that no call of ours can get past (a 5xx, a key that is refused).</summary>
    internal void Failed()
    {
        lock (_gate)
        {
            if (_failures++ == 0) _failingFrom = time.GetTimestamp();
            _since ??= time.GetUtcNow();
        }
    }

    internal void CircuitOpened()
    {
        lock (_gate)
        {
            _circuitOpen = true;
            _since ??= time.GetUtcNow();
        }
    }

    internal void CircuitClosed()
    {
        lock (_gate)
        {
            _circuitOpen = false;
            _since = null;
        }
    }
}

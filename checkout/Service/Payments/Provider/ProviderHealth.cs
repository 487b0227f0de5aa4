namespace FlashSale.Checkout.Payments.Provider;

/// <summary>Whether the provider is down as a whole: the circuit's view, for shoppers, operators and the metrics.</summary>
public sealed class ProviderHealth(TimeProvider time)
{
    private long _downSince;

    /// <summary>True while the circuit is open: calls fail at once, nothing is tried.</summary>
    public bool IsDown => Interlocked.Read(ref _downSince) != 0;

    /// <summary>Since when, by this machine's clock; null while it is up.</summary>
    public DateTimeOffset? DownSince =>
        Interlocked.Read(ref _downSince) is var ticks and not 0 ? new DateTimeOffset(ticks, TimeSpan.Zero) : null;

    internal void Down() => Interlocked.CompareExchange(ref _downSince, time.GetUtcNow().UtcTicks, 0);

    internal void Up() => Interlocked.Exchange(ref _downSince, 0);
}

using System.Diagnostics.Metrics;

namespace FlashSale.Checkout.Watch;

/// <summary>What <see cref="LedgerWatch"/> last read from the ledger.</summary>
public sealed class LedgerMetrics
{
    private const string Name = "FlashSale.Checkout";

    private readonly ObservableGauge<int> _up;
    private volatile LedgerReading _reading = LedgerReading.None;

    /// <param name="clock">Ages the reading.</param>
    public LedgerMetrics(IMeterFactory meters, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(meters);
        var meter = meters.Create(Name);
        _up = meter.CreateObservableGauge(
            "flashsale.ledger.up", () => _reading.IsUp ? 1 : 0, "1",
            "1 while this checkout reaches the ledger.");
        meter.CreateObservableGauge(
            "flashsale.ledger.watch.age", () => clock.GetElapsedTime(_reading.ReadAt).TotalSeconds, "s",
            "Since the ledger was last counted.");
        meter.CreateObservableGauge(
            "flashsale.ledger.sweep.lag", () => _reading.SweepLagSeconds, "s",
            "How long the unpaid unit that is most overdue should have been back on sale.");
        meter.CreateObservableGauge(
            "flashsale.payments.open.age", () => _reading.OldestPaymentSeconds, "s",
            "Of the oldest attempt that is not final.");
        meter.CreateObservableGauge("flashsale.ledger.units", Units, "{unit}",
            "Units by state, as the ledger has them.");
        Gauge(meter, "flashsale.ledger.inventory", "{unit}", "Units for sale.", sale => sale.Inventory);
        Gauge(meter, "flashsale.ledger.oversold", "{unit}",
            "Held or sold beyond the inventory, or twice: invariant 1.",
            sale => sale.Oversold);
        Gauge(meter, "flashsale.ledger.twice", "{shopper}", "Shoppers with more than one unit: invariant 2.",
            sale => sale.Twice);
        Gauge(meter, "flashsale.ledger.unsold_captures", "{payment}",
            "Captured payments whose unit is not sold: invariant 5.", sale => sale.UnsoldCaptures);
    }

    /// <summary>False while nobody scrapes: then nothing is read either.</summary>
    public bool IsWatched => _up.Enabled;

    public void Take(LedgerReading reading) => _reading = reading;

    public void Failed() => _reading = _reading with { IsUp = false };

    private void Gauge(Meter meter, string name, string unit, string text, Func<SaleReading, long> read) =>
        meter.CreateObservableGauge(name, () => _reading.Sales.Select(
            sale => new Measurement<long>(read(sale), new KeyValuePair<string, object?>("sale", sale.Sale))),
            unit, text);

    private IEnumerable<Measurement<long>> Units() =>
        _reading.Sales.SelectMany(sale => new (string State, long Count)[]
    {
        ("held", sale.Held), ("sold", sale.Sold), ("withdrawn", sale.Withdrawn),
    }.Select(unit => new Measurement<long>(unit.Count, new("sale", sale.Sale), new("state", unit.State))));
}

using System.Diagnostics.Metrics;

using FlashSale.Contract;
using FlashSale.WaitingRoom.Ledger;

namespace FlashSale.WaitingRoom.Pumping;

/// <summary>
/// What a waiting room tells about its pump. The line's own gauges are the edges' (they outlive a leader).
/// </summary>
public sealed class PumpMetrics(Pump pump, PulledSales catalog, IMeterFactory meters) : IHostedService
{
    private const string Name = "FlashSale.WaitingRoom";

    /// <summary>Instead of infinity, before the ledger has been heard at all: one day.</summary>
    private const double NeverSeconds = 86_400;

    private static readonly double[] s_seconds = [.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5];

    private static readonly Meter s_meter = new(Name);

    private static readonly Counter<long> s_admissions = s_meter.CreateCounter<long>(
        "flashsale.admissions", "{admission}", "Shoppers given a unit.");

    private static readonly Histogram<double> s_ticks = s_meter.CreateHistogram(
        "flashsale.pump.tick.duration", "s", "One pass of the leader over every sale.",
        advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = s_seconds });

    public static void Admitted(SaleId sale, int shoppers) => s_admissions.Add(
        shoppers, new KeyValuePair<string, object?>("sale", sale.Value));

    public static void Ticked(TimeSpan duration) => s_ticks.Record(duration.TotalSeconds);

    public Task StartAsync(CancellationToken cancellationToken)
    {
        var meter = meters.Create(Name);
        meter.CreateObservableGauge(
            "flashsale.pump.leader", () => pump.IsLeading ? 1 : 0, "1", "1 for the waiting room that leads.");
        meter.CreateObservableGauge(
            "flashsale.pump.age", () => pump.SinceTick.TotalSeconds, "s",
            "Since the leader's last pass; 0 when standing by.");
        meter.CreateObservableGauge(
            "flashsale.ledger.sync.age", () => Math.Min(catalog.Age.TotalSeconds, NeverSeconds), "s",
            "Since the ledger was asked for the state of units that was told last; beyond 2 s nobody is admitted.");
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}

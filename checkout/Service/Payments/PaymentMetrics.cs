using System.Diagnostics.Metrics;

using FlashSale.Checkout.Payments.Attempts;
using FlashSale.Checkout.Payments.Provider;

namespace FlashSale.Checkout.Payments;

/// <summary>What an operator watches: outcomes, what is still open, what needs a person, and whether the provider is up.</summary>
public sealed class PaymentMetrics : IDisposable
{
    public const string Meter = "FlashSale.Payments";

    private readonly Meter _meter;
    private readonly Counter<long> _final;
    private readonly Counter<long> _webhooks;
    private long _open;
    private long _flagged;

    public PaymentMetrics(IMeterFactory meters, ProviderHealth health)
    {
        _meter = meters.Create(Meter);
        _final = _meter.CreateCounter<long>(
            "flashsale.payments.attempts", "{attempt}", "Attempts that became final, by state");
        _webhooks = _meter.CreateCounter<long>("flashsale.payments.webhooks", "{event}", "Webhooks, by what became of them");
        _meter.CreateObservableGauge("flashsale.payments.open", () => Interlocked.Read(ref _open),
            "{attempt}", "Attempts that are not final");
        _meter.CreateObservableGauge("flashsale.payments.flagged", () => Interlocked.Read(ref _flagged),
            "{attempt}", "Payments that need a person: attempts that are not final, differences between the books");
        _meter.CreateObservableGauge("flashsale.payments.provider_down", () => health.IsDown ? 1 : 0,
            "", "1 while the payment provider does not answer");
    }

    public void Final(AttemptState state) => _final.Add(1, KeyValuePair.Create("state", (object?)state));

    public void Webhook(string outcome) => _webhooks.Add(1, KeyValuePair.Create("outcome", (object?)outcome));

    public void Open(long open, long flagged)
    {
        Interlocked.Exchange(ref _open, open);
        Interlocked.Exchange(ref _flagged, flagged);
    }

    public void Dispose() => _meter.Dispose();
}

using System.Diagnostics.Metrics;

namespace FlashSale.Checkout.Webhooks;

/// <summary>What a checkout counts of the events that it sends.</summary>
internal static class WebhookMetrics
{
    private static readonly Meter s_meter = new("FlashSale.Checkout");

    private static readonly Counter<long> s_events = s_meter.CreateCounter<long>(
        "flashsale.storefront_events", "{event}",
        "Webhooks sent to storefronts, by outcome: delivered, retried, dead, dropped (a call that would have come too late).");

    public static void Sent(string outcome) =>
        s_events.Add(1, new KeyValuePair<string, object?>("outcome", outcome));
}

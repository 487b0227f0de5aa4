using System.Diagnostics.Metrics;

using FlashSale.Queue;

namespace FlashSale.Gateway.Called;

/// <summary>What is counted of those who are called.</summary>
public static class CalledMetrics
{
    private static readonly Meter s_meter = new("FlashSale.Gateway");

    private static readonly Counter<long> s_calls = s_meter.CreateCounter<long>(
        "flashsale.called", "{message}",
        "Messages to shoppers who asked to be called, by reason (turn, passedOver, anew, soon) and outcome: " +
        "accepted, gone, failed, or putBack (the push service does not answer).");

    private static readonly Histogram<double> s_seconds = s_meter.CreateHistogram<double>(
        "flashsale.called.duration", "s",
        "From when an edge could know that somebody is to be called until the push service has taken it.");

    public static void Sent(CallReason reason, string outcome, TimeSpan took)
    {
        var why = new KeyValuePair<string, object?>("reason", Name(reason));
        s_calls.Add(1, why, new("outcome", outcome));
        if (outcome == "accepted") s_seconds.Record(took.TotalSeconds, why);
    }

    /// <summary>As the page's texts and the metrics call it.</summary>
    public static string Name(CallReason reason) => reason switch
    {
        CallReason.Turn => "turn",
        CallReason.PassedOver => "passedOver",
        CallReason.Anew => "anew",
        CallReason.Soon => "soon",
        _ => throw new ArgumentOutOfRangeException(nameof(reason)),
    };
}

using System.Diagnostics.Metrics;

using FlashSale.Gateway.Called.ByMail;
using FlashSale.Queue;

namespace FlashSale.Gateway.Called;

/// <summary>What is counted of those who are called.</summary>
public static class CalledMetrics
{
    private static readonly Meter s_meter = new("FlashSale.Gateway");

    private static readonly Counter<long> s_calls = s_meter.CreateCounter<long>(
        "flashsale.called", "{message}",
        "Messages to shoppers who asked to be called, by reason (turn, passedOver, anew, soon), way (push, mail, shop) and " +
        "outcome: accepted, gone, failed, refused (it cannot be reached or takes nothing: tried again), rejected (this one " +
        "never, or not within ten minutes: not tried again), later (this one not now), or putBack (no connection to the mail " +
        "server was free).");

    private static readonly Counter<long> s_confirmations = s_meter.CreateCounter<long>(
        "flashsale.called.confirmations", "{mail}",
        "Mails that ask whether an address is the shopper's who gave it, by outcome: accepted, gone, failed, refused, rejected, " +
        "later, busy.");

    private static readonly Histogram<double> s_seconds = s_meter.CreateHistogram<double>(
        "flashsale.called.duration", "s",
        "From when an edge could know that somebody is to be called until the push service, the mail server or the checkout " +
        "(for a webhook) has taken it.");

    public static void Sent(CallReason reason, Recipient? to, SendOutcome outcome, TimeSpan took)
    {
        var why = new KeyValuePair<string, object?>("reason", Name(reason));
        var way = new KeyValuePair<string, object?>("way", to switch
        {
            MailRecipient => "mail",
            ShopRecipient => "shop",
            _ => "push",
        });
        s_calls.Add(1, why, way, new("outcome", outcome switch
        {
            SendOutcome.Accepted => "accepted",
            SendOutcome.Gone => "gone",
            SendOutcome.Later => "later",
            SendOutcome.Busy => "putBack",
            SendOutcome.Refused => "refused",
            SendOutcome.Rejected => "rejected",
            _ => "failed",
        }));
        if (outcome == SendOutcome.Accepted) s_seconds.Record(took.TotalSeconds, why, way);
    }

    public static void Confirmed(SendOutcome outcome) =>
        s_confirmations.Add(1, new KeyValuePair<string, object?>("outcome", outcome.ToString().ToLowerInvariant()));

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

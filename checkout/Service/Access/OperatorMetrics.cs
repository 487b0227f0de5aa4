using System.Diagnostics.Metrics;

namespace FlashSale.Checkout.Access;

/// <summary>What a checkout counts of operators. All of it is told from the start: an alert needs to see the first of a kind.</summary>
internal static class OperatorMetrics
{
    private static readonly string[] s_outcomes = ["admin_key", "named", "wrong_key", "slowed", "not_allowed"];
    private static readonly long[] s_counts = new long[s_outcomes.Length];
    private static readonly Meter s_meter = new("FlashSale.Checkout");

    static OperatorMetrics() => s_meter.CreateObservableCounter(
        "flashsale.operators.calls", () => s_outcomes.Select((outcome, at) => new Measurement<long>(
            Interlocked.Read(ref s_counts[at]), new KeyValuePair<string, object?>("outcome", outcome))),
        "{call}", "Calls of the operators' routes with a key, by what became of them.");

    public static void AdminKey() => Interlocked.Increment(ref s_counts[0]);

    public static void Named() => Interlocked.Increment(ref s_counts[1]);

    public static void WrongKey() => Interlocked.Increment(ref s_counts[2]);

    public static void Slowed() => Interlocked.Increment(ref s_counts[3]);

    public static void NotAllowed() => Interlocked.Increment(ref s_counts[4]);
}

using HdrHistogram;

namespace FlashSale.LoadTest.Crowd;

/// <summary>One step's latency in milliseconds, from when the shopper meant to do it.</summary>
public sealed record StepLatency(
    string Step, long Count, double P50, double P90, double P99, double P999, double Max)
{
    /// <param name="times">In microseconds.</param>
    public static StepLatency Of(string step, HistogramBase times)
    {
        ArgumentNullException.ThrowIfNull(times);
        return new StepLatency(step, times.TotalCount, At(50), At(90), At(99), At(99.9), At(100));

        double At(double percentile) => times.TotalCount == 0 ? 0 : times.GetValueAtPercentile(percentile) / 1000.0;
    }
}

namespace FlashSale.LoadTest.Reports;

/// <summary>What the run cost in processor time, the crowd's own beside the system's.</summary>
/// <param name="EdgeCpuSeconds">Null when the edges ran elsewhere.</param>
public sealed record Costs(long Requests, double CrowdCpuSeconds, double? EdgeCpuSeconds, double CrowdPeakMegabytes)
{
    public double CrowdMicrosecondsPerRequest => PerRequest(CrowdCpuSeconds);

    public double? EdgeMicrosecondsPerRequest => EdgeCpuSeconds is { } seconds ? PerRequest(seconds) : null;

    private double PerRequest(double seconds) => Requests == 0 ? 0 : Math.Round(seconds * 1e6 / Requests, 1);
}

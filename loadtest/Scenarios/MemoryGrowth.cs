using FlashSale.LoadTest.Reports;

namespace FlashSale.LoadTest.Scenarios;

/// <summary>Whether a process keeps growing: by the straight line that fits its memory best after warming up.</summary>
public static class MemoryGrowth
{
    /// <summary>Megabytes that any service may grow by, whatever the share: heaps settle, caches fill.</summary>
    private const double FreeMegabytes = 32;

    /// <summary>The first part of a run warms up.</summary>
    private const double WarmUp = 0.25;
    private const int FewestMoments = 8;

    /// <summary>What a soak does not judge: they remember every shopper and payment by design.</summary>
    private static readonly string[] s_remembers = [MeasuredProcesses.Crowd, MeasuredProcesses.Simulator];

    /// <summary>What is wrong, in words, or null.</summary>
    public static string? Judge(string name, IReadOnlyList<TimelineMoment> timeline, double most)
    {
        ArgumentNullException.ThrowIfNull(timeline);
        if (s_remembers.Contains(name)) return null;
        var from = timeline[^1].At * WarmUp;
        var points = timeline.Where(moment => moment.At >= from && moment.Megabytes.ContainsKey(name))
            .Select(moment => (moment.At, Size: moment.Megabytes[name])).ToArray();
        if (points.Length < FewestMoments) return null;
        var (at, size) = (points.Average(point => point.At), points.Average(point => point.Size));
        var spread = points.Sum(point => (point.At - at) * (point.At - at));
        if (spread <= 0) return null;
        var slope = points.Sum(point => (point.At - at) * (point.Size - size)) / spread;
        var grew = slope * (points[^1].At - points[0].At);
        return grew > size * most + FreeMegabytes
            ? $"{name} grew by {grew:f0} MB to {points[^1].Size:f0} MB, and steadily" : null;
    }
}

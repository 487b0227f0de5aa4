using HdrHistogram;

namespace FlashSale.LoadTest.Reports;

/// <summary>A run's latencies in HdrHistogram's log format, a tag for each step: microseconds, so that runs can be added.</summary>
public static class LatencyLog
{
    /// <summary>Its tags may have no spaces, and no step has an underscore.</summary>
    private const char Space = '_';

    public static async Task WriteAsync(
        string file, DateTimeOffset startedAt, IReadOnlyDictionary<string, HistogramBase> steps, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(steps);
        using var log = new MemoryStream();
        using (var writer = new HistogramLogWriter(log))
        {
            foreach (var (step, times) in steps) times.Tag = step.Replace(' ', Space);
            writer.Write(startedAt.UtcDateTime, [.. steps.Values]);
        }
        await File.WriteAllBytesAsync(file, log.ToArray(), cancel).ConfigureAwait(false);
    }

    /// <exception cref="FormatException">It is no such log.</exception>
    public static async Task<IReadOnlyDictionary<string, HistogramBase>> ReadAsync(string file, CancellationToken cancel)
    {
        using var log = new MemoryStream(await File.ReadAllBytesAsync(file, cancel).ConfigureAwait(false));
        using var reader = new HistogramLogReader(log);
        try
        {
            return reader.ReadHistograms().ToDictionary(times => $"{times.Tag}".Replace(Space, ' '));
        }
        catch (Exception error)
        {
            // The library throws whatever it stumbles over, out of bounds and overflows too.
            throw new FormatException($"{file} is no log of histograms: {error.Message}", error);
        }
    }
}

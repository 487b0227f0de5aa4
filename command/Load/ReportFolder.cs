using System.Text.Json;

using FlashSale.LoadTest.Reports;
using FlashSale.Local;

namespace FlashSale.Command.Load;

/// <summary>A folder that <c>--report</c> wrote.</summary>
internal static class ReportFolder
{
    /// <summary>The run of a folder, or of its <c>run.json</c>.</summary>
    /// <exception cref="UsageException">There is none.</exception>
    public static async Task<RunReport> ReadAsync(string folder, CancellationToken cancel)
    {
        var path = Path.GetFullPath(folder, Repository.CalledFrom);
        var file = Directory.Exists(path) ? Path.Combine(path, RunReport.JsonFile) : path;
        try
        {
            return RunReport.FromJson(await File.ReadAllTextAsync(file, cancel));
        }
        catch (Exception error) when (error is IOException or JsonException or UnauthorizedAccessException)
        {
            throw new UsageException($"{file} is no report of a run: {error.Message}");
        }
    }

    /// <summary>The run of a folder with its histograms, where there are any.</summary>
    /// <exception cref="UsageException">There is no run, or its histograms cannot be read.</exception>
    public static async Task<RunReport> ReadWithHistogramsAsync(string folder, CancellationToken cancel)
    {
        var log = Path.Combine(Path.GetFullPath(folder, Repository.CalledFrom), RunReport.LogFile);
        var report = await ReadAsync(folder, cancel);
        try
        {
            return File.Exists(log) ? report with { Histograms = await LatencyLog.ReadAsync(log, cancel) } : report;
        }
        catch (Exception error) when (error is IOException or FormatException or UnauthorizedAccessException)
        {
            throw new UsageException(error.Message);
        }
    }
}

using System.Diagnostics;
using System.Globalization;

using FlashSale.Local.Processes;

namespace FlashSale.LoadTest.Bench;

/// <summary>Runs <c>wrk</c> against loopback, for a bounded time.</summary>
public static class Wrk
{
    /// <param name="script">A file of the folder Wrk beside this one.</param>
    /// <param name="arguments">The script's.</param>
    /// <exception cref="InvalidOperationException">wrk is missing, failed, or more than 0.1 % of the answers were errors.</exception>
    public static async Task<WrkResult> RunAsync(
        Uri url, string script, IEnumerable<string> arguments, int connections, TimeSpan duration)
    {
        ArgumentNullException.ThrowIfNull(url);
        if (!url.IsLoopback) throw new InvalidOperationException("load goes to loopback only");
        var start = new ProcessStartInfo("wrk")
        {
            ArgumentList =
            {
                "-t", "1", "-c", connections.ToString(CultureInfo.InvariantCulture),
                "-d", $"{Math.Max(1, (int)duration.TotalSeconds)}s", "--timeout", "5s",
                "-s", Path.Combine(AppContext.BaseDirectory, "Bench", "Wrk", script), url.ToString(), "--",
            },
        };
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        var wrk = await Tool.RunAsync(start).ConfigureAwait(false);
        var line = wrk.Output.Split('\n').FirstOrDefault(text => text.StartsWith("RESULT ", StringComparison.Ordinal))
            ?? throw new InvalidOperationException($"wrk failed: {wrk.Errors}{wrk.Output}");
        var result = Parse(line);
        if (result.Refused + result.Broken > 0.001 * result.PerSecond * duration.TotalSeconds)
            throw new InvalidOperationException(
                $"{url}: {result.Refused} refused and {result.Broken} broken answers are not a measurement");
        return result;
    }

    private static WrkResult Parse(string line)
    {
        var numbers = line.Split(' ').Skip(1).Select(text => long.Parse(text, CultureInfo.InvariantCulture)).ToArray();
        return new WrkResult(
            numbers[0] / (numbers[1] / 1e6), numbers[2], numbers[3], TimeSpan.FromMicroseconds(numbers[4]));
    }
}

using System.Globalization;
using System.Text.Json;

namespace FlashSale.Command.Testing;

/// <summary>Where the time of a test run went: its slowest tests and classes, from the runner's CTRF report.</summary>
public static class SlowestTests
{
    private const int MostTests = 30;
    private const int MostClasses = 20;

    public static void Write(string report, TextWriter to)
    {
        ArgumentNullException.ThrowIfNull(report);
        ArgumentNullException.ThrowIfNull(to);
        using var document = JsonDocument.Parse(report);
        var tests = document.RootElement.GetProperty("results").GetProperty("tests").EnumerateArray()
            .Select(test => new Timed(
                test.GetProperty("name").GetString()!, test.GetProperty("extra").GetProperty("type").GetString()!,
                test.GetProperty("duration").GetInt64() / 1000.0))
            .ToArray();
        to.WriteLine("Slowest tests, seconds:");
        foreach (var test in tests.OrderByDescending(test => test.Seconds).Take(MostTests))
            to.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{test.Seconds,8:F1}  {test.Name}"));

        to.WriteLine("Slowest classes, seconds and tests:");
        foreach (var one in tests.GroupBy(test => test.Class).OrderByDescending(Sum).Take(MostClasses))
            to.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Sum(one),8:F1} {one.Count(),5}  {one.Key}"));
        to.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Sum(tests),8:F1} {tests.Length,5}  in all"));
    }

    private static double Sum(IEnumerable<Timed> tests) => tests.Sum(test => test.Seconds);

    private sealed record Timed(string Name, string Class, double Seconds);
}

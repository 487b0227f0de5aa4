using System.Diagnostics;
using System.Globalization;
using System.Text;

using FlashSale.Local;
using FlashSale.Local.Processes;

using Xunit;

namespace FlashSale.Tests.Operate.Support;

/// <summary>
/// Prometheus' own judge of the rules. A scrape of a running system becomes the input of a rule test: what
/// happened between two scrapes (counters) goes on for ten minutes, and gauges stay as they were last.
/// </summary>
public static class Promtool
{
    private const int StepSeconds = 15;
    private const int Steps = 40;

    public static string Rules { get; } = Path.Combine(
        Repository.Root, "deploy/prometheus/flashsale.rules.yml");

    /// <summary>Fails, and never skips, when it is missing.</summary>
    private static string Program => Programs.Find("promtool")
        ?? throw new InvalidOperationException(
            "promtool is missing: apt-get install prometheus (./flashsale test does it)");

    public static Task<(int ExitCode, string Output)> CheckAsync() => RunAsync("check", "rules", Rules);

    public static Task<(int ExitCode, string Output)> CheckConfigurationAsync() =>
        RunAsync("check", "config", Path.Combine(Repository.Root, "deploy/prometheus/prometheus.yml"));

    /// <summary>The alert fires if things go on as between the scrapes.</summary>
    /// <param name="labels">Further label matchers, such as <c>sale="x"</c>.</param>
    public static Task FiresAsync(string alert, Scrape before, Scrape after, string? labels = null)
    {
        var matchers = $"alertname=\"{alert}\",alertstate=\"firing\"" + (labels is null ? "" : "," + labels);
        return ExpectAsync($"clamp_max(count(ALERTS{{{matchers}}}), 1)", 1, before, after, alert);
    }

    /// <summary>None of the alerts that match fires.</summary>
    public static async Task<bool> IsQuietAsync(string matchers, Scrape before, Scrape after) => (await TestAsync(
        $"count(ALERTS{{alertstate=\"firing\",{matchers}}}) or vector(0)", 0, before, after)).IsTrue;

    private static async Task ExpectAsync(
        string expression, int value, Scrape before, Scrape after, string what)
    {
        var (isTrue, output) = await TestAsync(expression, value, before, after);
        Assert.True(isTrue, $"expected {what}: {output}");
    }

    private static async Task<(bool IsTrue, string Output)> TestAsync(
        string expression, int value, Scrape before, Scrape after)
    {
        var folder = Directory.CreateTempSubdirectory("flashsale-alerts-");
        try
        {
            var file = Path.Combine(folder.FullName, "test.yml");
            await File.WriteAllTextAsync(file, TestFile(expression, value, before, after));
            var (exitCode, output) = await RunAsync("test", "rules", file);
            return (exitCode == 0, output);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static string TestFile(string expression, int value, Scrape before, Scrape after)
    {
        var first = before.Samples.GroupBy(sample => sample.Series)
            .ToDictionary(group => group.Key, group => group.First().Value);
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"rule_files: ['{Rules}']");
        text.AppendLine("tests:");
        text.AppendLine(CultureInfo.InvariantCulture, $"  - interval: {StepSeconds}s");
        text.AppendLine("    input_series:");
        foreach (var sample in after.Samples.DistinctBy(sample => sample.Series).Where(Matters))
        {
            var growth = sample.IsCounter
                ? Math.Max(0, sample.Value - first.GetValueOrDefault(sample.Series)) : 0;
            text.AppendLine(CultureInfo.InvariantCulture, $"      - series: '{sample.Series}'");
            text.AppendLine(CultureInfo.InvariantCulture,
                $"        values: '{sample.Value:F6}+{growth:F6}x{Steps}'");
        }

        text.AppendLine("    promql_expr_test:");
        text.AppendLine(CultureInfo.InvariantCulture, $"      - expr: '{expression}'");
        text.AppendLine("        eval_time: 9m");
        text.AppendLine(CultureInfo.InvariantCulture,
            $"        exp_samples: [{{ labels: '{{}}', value: {value} }}]");
        return text.ToString();
    }

    private static bool Matters(Sample sample) =>
        (sample.Name.StartsWith("flashsale_", StringComparison.Ordinal)
            || sample.Name.StartsWith("http_server_request", StringComparison.Ordinal))
                && double.IsFinite(sample.Value);

    private static async Task<(int ExitCode, string Output)> RunAsync(params string[] arguments)
    {
        var answer = await Tool.RunAsync(new ProcessStartInfo(Program, arguments));
        return (answer.ExitCode, answer.Output + answer.Errors);
    }
}

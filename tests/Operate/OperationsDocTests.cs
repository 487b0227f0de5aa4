using System.Text.RegularExpressions;

using FlashSale.Local;
using FlashSale.Tests.Operate.Support;

using Xunit;

namespace FlashSale.Tests.Operate;

/// <summary>docs/operations.md says what is true: every alert, every setting, nothing that is gone.</summary>
public sealed partial class OperationsDocTests
{

    private static string DocumentFile { get; } = Path.Combine(Repository.Root, "docs/operations.md");

    [Fact]
    public async Task Every_alert_has_its_section_and_every_section_its_alert()
    {
        var document = await File.ReadAllTextAsync(DocumentFile, TestContext.Current.CancellationToken);
        var rules = await File.ReadAllTextAsync(Promtool.Rules, TestContext.Current.CancellationToken);
        var alerts = Alerts().Matches(rules).Select(match => match.Groups[1].Value).ToList();
        Assert.NotEmpty(alerts);
        Assert.Equal(alerts.Order(),
            Sections().Matches(document).Select(match => match.Groups[1].Value).Order());
        foreach (var alert in alerts)
            Assert.Contains($"docs/operations.md#{alert.ToLowerInvariant()}\n", rules,
                StringComparison.Ordinal);
    }

    [Fact]
    public Task The_settings_are_those_of_the_options_classes() => IsInTheDocumentAsync("settings", SettingsTables.Markdown());

    [Fact]
    public Task The_log_events_are_those_that_the_services_write() => IsInTheDocumentAsync("log events", LogEvent.Markdown() + "\n");

    [Fact]
    public void Every_log_event_has_an_id_and_a_name_of_its_own()
    {
        Assert.InRange(LogEvent.All.Count, 50, 500);
        Assert.DoesNotContain(LogEvent.All, one => one.Id == 0 || string.IsNullOrEmpty(one.Name));
        Assert.Equal(LogEvent.All.Count, LogEvent.All.Select(one => one.Id).Distinct().Count());
        Assert.Equal(LogEvent.All.Count, LogEvent.All.Select(one => one.Name).Distinct().Count());
    }

    /// <summary>FLASHSALE_UPDATE_DOCS=1 writes the tables instead of comparing them.</summary>
    private static async Task IsInTheDocumentAsync(string what, string tables)
    {
        var (begin, end) = ($"<!-- {what}: generated, see OperationsDocTests -->\n", $"<!-- end of {what} -->\n");
        var document = await File.ReadAllTextAsync(DocumentFile, TestContext.Current.CancellationToken);
        var from = document.IndexOf(begin, StringComparison.Ordinal) + begin.Length;
        var to = document.IndexOf(end, StringComparison.Ordinal);
        Assert.True(from >= begin.Length && to >= from, $"the markers of the {what} are there");
        var expected = $"\n{tables}";
        if (Environment.GetEnvironmentVariable("FLASHSALE_UPDATE_DOCS") == "1")
            await File.WriteAllTextAsync(DocumentFile, document[..from] + expected + document[to..],
                CancellationToken.None);
        else Assert.Equal(expected, document[from..to]);
    }

    [Fact]
    public void Every_setting_says_what_it_does() =>
        Assert.Empty(SettingsTables.All.Where(setting => setting.Text.Length < 10)
            .Select(setting => setting.Key));

    [GeneratedRegex(@"- alert: (\w+)")]
    private static partial Regex Alerts();

    [GeneratedRegex(@"^### (FlashSale\w+)$", RegexOptions.Multiline)]
    private static partial Regex Sections();
}

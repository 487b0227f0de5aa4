using System.Text.RegularExpressions;

using FlashSale.Local;
using FlashSale.Tests.Operate.Support;

using Xunit;

namespace FlashSale.Tests.Operate;

/// <summary>docs/operations.md says what is true: every alert, every setting, nothing that is gone.</summary>
public sealed partial class OperationsDocTests
{
    private const string Begin = "<!-- settings: generated, see OperationsDocTests -->\n";
    private const string End = "<!-- end of settings -->\n";

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

    /// <summary>FLASHSALE_UPDATE_DOCS=1 writes the tables instead of comparing them.</summary>
    [Fact]
    public async Task The_settings_are_those_of_the_options_classes()
    {
        var document = await File.ReadAllTextAsync(DocumentFile, TestContext.Current.CancellationToken);
        var from = document.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length;
        var to = document.IndexOf(End, StringComparison.Ordinal);
        Assert.True(from >= Begin.Length && to >= from, "the markers of the settings are there");
        var expected = $"\n{SettingsTables.Markdown()}";
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

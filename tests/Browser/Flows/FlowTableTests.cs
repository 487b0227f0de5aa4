using System.Reflection;

using FlashSale.Local;

using Xunit;

namespace FlashSale.Tests.Browser.Flows;

/// <summary>The table of flows and engines in docs/pages.md is the one of the tests that run.</summary>
public sealed class FlowTableTests
{
    private const string Begin = "<!-- flows -->\n";
    private const string End = "<!-- /flows -->";

    /// <summary>FLASHSALE_UPDATE_DOCS=1 writes the table instead of comparing it.</summary>
    [Fact]
    public async Task The_table_of_flows_is_that_of_the_tests()
    {
        var file = Path.Combine(Repository.Root, "docs/pages.md");
        var text = await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken);
        var (from, to) = (text.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length, text.IndexOf(End, StringComparison.Ordinal));
        Assert.True(from >= Begin.Length && to >= from, "docs/pages.md has a place for the table");
        var written = text[..from] + Table() + text[to..];
        if (Environment.GetEnvironmentVariable("FLASHSALE_UPDATE_DOCS") == "1") await File.WriteAllTextAsync(file, written);
        Assert.Equal(written, await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));
    }

    // Each flow runs in each engine, and fails where it is missing: a cell can only be a tick.
    private static string Table()
    {
        var flows = typeof(FlowTests).GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly)
            .Where(method => method.GetCustomAttribute<TheoryAttribute>() is { Skip: null })
            .OrderBy(method => method.MetadataToken).Select(method => method.Name.Replace('_', ' '));
        return $"| | {string.Join(" | ", FlowTests.Names)} |\n|---|{string.Concat(FlowTests.Names.Select(_ => ":-:|"))}\n"
            + string.Concat(flows.Select(flow => $"| {flow} |{string.Concat(FlowTests.Names.Select(_ => " ✓ |"))}\n"));
    }
}

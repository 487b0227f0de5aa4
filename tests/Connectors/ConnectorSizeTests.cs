using System.Text.RegularExpressions;

using Xunit;

namespace FlashSale.Tests.Connectors;

/// <summary>A shop reads a connector before it trusts one with its shoppers, so all of it is short.</summary>
public sealed partial class ConnectorSizeTests
{
    private const int MostLines = 300;
    private static readonly string[] s_sources = [".go", ".java", ".js", ".php", ".py", ".ts"];

    [Theory]
    [InlineData("go")]
    [InlineData("java")]
    [InlineData("node")]
    [InlineData("php")]
    [InlineData("python")]
    [InlineData("woocommerce")]
    public void It_is_said_in_300_lines_beside_comments_imports_and_lone_brackets(string connector)
    {
        var sources = Directory.GetFiles(ConnectorShop.Package(connector), "*", SearchOption.AllDirectories)
            .Where(file => s_sources.Contains(Path.GetExtension(file)));
        var lines = sources.Sum(file => LineOfCode().Count(Aside().Replace(File.ReadAllText(file), "")));
        Assert.InRange(lines, 1, MostLines);
    }

    // Comments, and what names the file and its libraries.
    [GeneratedRegex(
        @"^[ \t]*(//.*|#(?![A-Za-z_]).*|/\*(?:(?!\*/)[\s\S])*\*/|""""""(?s:.*?)""""""|import \((?s:.*?)\)|"
        + @"(import|from|use|package|namespace|declare)\b.*|<\?php)$", RegexOptions.Multiline)]
    private static partial Regex Aside();

    // Neither blank nor only brackets.
    [GeneratedRegex(@"^.*\w.*$", RegexOptions.Multiline)]
    private static partial Regex LineOfCode();
}

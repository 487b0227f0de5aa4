using System.Reflection;
using System.Text.RegularExpressions;

using FlashSale.Local;

using Xunit;

namespace FlashSale.Tests.Operate;

/// <summary>What the documents point at is there, and nothing in them waits to be written.</summary>
public sealed partial class DocumentTests
{
    private static readonly string[] s_notOurs = ["bin", "obj", "node_modules", "artifacts"];

    [Theory]
    [InlineData(1), InlineData(2), InlineData(3), InlineData(4), InlineData(5), InlineData(6), InlineData(7), InlineData(8),
        InlineData(9)]
    public async Task Every_invariant_has_tests_in_the_files_that_the_architecture_links(int invariant)
    {
        var name = $"Invariant{invariant}_";
        Assert.Contains(Tests(), test => test.StartsWith(name, StringComparison.Ordinal));
        var text = await ReadAsync("ARCHITECTURE.md");
        var from = text.IndexOf($"\n{invariant}. **", StringComparison.Ordinal);
        var item = text[from..text.IndexOf("\n\n", from, StringComparison.Ordinal)];
        var next = item.IndexOf($"\n{invariant + 1}. **", StringComparison.Ordinal);
        var files = Links().Matches(next < 0 ? item : item[..next]).Select(link => link.Groups[1].Value)
            .Where(file => file.StartsWith("tests/", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(files);
        foreach (var file in files) Assert.Contains(name, await ReadAsync(file), StringComparison.Ordinal);
    }

    [Fact]
    public void A_test_of_an_invariant_begins_with_its_number_spelled_in_one_way() => Assert.DoesNotContain(Tests(),
        test => Numbered().IsMatch(test) && !Spelling().IsMatch(test));

    [Fact]
    public async Task Every_link_leads_to_a_file_and_a_heading_that_exist()
    {
        var broken = new List<string>();
        foreach (var document in Documents())
        {
            foreach (Match link in Links().Matches(Comments().Replace(await ReadAsync(document), "")))
            {
                var (target, anchor) = (link.Groups[1].Value, link.Groups[2].Value);
                var path = target.Length == 0 ? document
                    : Path.Combine(Path.GetDirectoryName(document)!, Uri.UnescapeDataString(target));
                var full = Path.Combine(Repository.Root, path);
                if (!Path.Exists(full)) broken.Add($"{document}: {target}");
                else if (anchor.Length > 0 && !Headings().Matches(await File.ReadAllTextAsync(full, Cancel))
                    .Any(heading => Anchor(heading.Groups[1].Value) == anchor))
                    broken.Add($"{document}: {target}#{anchor}");
            }
        }

        Assert.Empty(broken);
    }

    [Fact]
    public async Task The_files_that_the_architecture_names_exist() => Assert.All(
        NamedFiles().Matches(await ReadAsync("ARCHITECTURE.md")).Select(named => named.Groups[1].Value),
        file => Assert.True(File.Exists(Path.Combine(Repository.Root, file)), file));

    [Fact]
    public async Task Nothing_is_left_to_be_written()
    {
        var left = new List<string>();
        foreach (var document in Documents())
            left.AddRange(Leftovers().Matches(await ReadAsync(document)).Select(match => $"{document}: {match.Value}"));
        Assert.Empty(left);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static IEnumerable<string> Tests() => typeof(DocumentTests).Assembly.GetTypes()
        .SelectMany(type => type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static))
        .Where(method => method.GetCustomAttributes<FactAttribute>(inherit: true).Any()).Select(method => method.Name);

    /// <summary>Paths of our Markdown, from the root.</summary>
    private static IEnumerable<string> Documents() => Directory
        .EnumerateFiles(Repository.Root, "*.md", new EnumerationOptions { RecurseSubdirectories = true })
        .Select(file => Path.GetRelativePath(Repository.Root, file))
        .Where(file => !file.Split(Path.DirectorySeparatorChar)
            .Any(part => part.StartsWith('.') || s_notOurs.Contains(part)));

    private static Task<string> ReadAsync(string path) =>
        File.ReadAllTextAsync(Path.Combine(Repository.Root, path), Cancel);

    /// <summary>As the common renderers make it of a heading.</summary>
    private static string Anchor(string heading) =>
        NotInAnchors().Replace(heading.Trim().ToLowerInvariant(), "").Replace(' ', '-');

    /// <summary>A link or image within the repository: its path, and what follows the #.</summary>
    [GeneratedRegex(@"\]\((?!\w+:)([^)#\s]*)(?:#([^)\s]+))?\)")]
    private static partial Regex Links();

    [GeneratedRegex(@"<!--.*?-->", RegexOptions.Singleline)]
    private static partial Regex Comments();

    [GeneratedRegex(@"^#+ (.+)$", RegexOptions.Multiline)]
    private static partial Regex Headings();

    [GeneratedRegex(@"[^\w\- ]")]
    private static partial Regex NotInAnchors();

    [GeneratedRegex(@"`([\w.-]+(?:/[\w.-]+)+\.(?:cs|lua|sql))`")]
    private static partial Regex NamedFiles();

    [GeneratedRegex(@"[Ii]nvariant_?[0-9]")]
    private static partial Regex Numbered();

    [GeneratedRegex(@"^Invariant[1-9]_[A-Z]")]
    private static partial Regex Spelling();

    [GeneratedRegex(@"\b[Bb]elongs? here\b|\b(?:TODO|TBD|FIXME|XXX)\b")]
    private static partial Regex Leftovers();
}

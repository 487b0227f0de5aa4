using System.Globalization;
using System.Text.RegularExpressions;

using FlashSale.Local;

using Xunit;

namespace FlashSale.Tests.Architecture;

/// <summary>One purchase can be followed by the table in ARCHITECTURE.md.</summary>
public sealed partial class PurchaseTests
{
    /// <summary>More than that nobody reads in one go.</summary>
    private const int MostFiles = 9;

    [Fact]
    public async Task A_purchase_is_told_in_few_files_each_of_which_is_known_to_one_before_it()
    {
        var document = await File.ReadAllTextAsync(
            Path.Combine(Repository.Root, "ARCHITECTURE.md"), TestContext.Current.CancellationToken);
        var rows = Rows().Matches(document).Select(row => (
            Number: int.Parse(row.Groups[1].Value, CultureInfo.InvariantCulture), File: row.Groups[2].Value,
            From: row.Groups[3].Value, Name: row.Groups[4].Value)).ToList();

        Assert.Equal(Enumerable.Range(1, rows.Count), rows.Select(row => row.Number));
        Assert.InRange(rows.Count, 5, MostFiles);
        Assert.Contains("Payments/Steps", rows[^1].File, StringComparison.Ordinal);
        foreach (var row in rows)
        {
            Assert.True(Names(row.File, row.Name), $"{row.File} has no {row.Name}");
            if (row.From.Length == 0) continue;
            var from = rows[int.Parse(row.From, CultureInfo.InvariantCulture) - 1];
            Assert.True(from.Number < row.Number, $"row {row.Number} is reached from one before it");
            Assert.True(Names(from.File, row.Name), $"{from.File} does not name {row.Name}, of {row.File}");
        }
    }

    private static bool Names(string file, string name) =>
        Regex.IsMatch(File.ReadAllText(Path.Combine(Repository.Root, file)), $@"\b{name}\b");

    /// <summary>The number, the file, and either the row and the name by which it is reached, or what the shopper does.</summary>
    [GeneratedRegex(@"^\| (\d+) \| `([\w/.]+)` \| [^|]+ \| (?:(\d+) `(\w+)`|the shopper \w+) \|$", RegexOptions.Multiline)]
    private static partial Regex Rows();
}

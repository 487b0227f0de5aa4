using System.Globalization;
using System.Text;

namespace FlashSale.LoadTest.Bench;

/// <summary>The document <c>loadtest/results/purchase.json</c>.</summary>
public sealed record PurchaseReport(string Machine, string Commit, IReadOnlyList<PurchaseRow> Rows)
{
    /// <summary>The heading of <see cref="Line"/>.</summary>
    public static string Heading { get; } =
        $"{"provider",10}{"at once",9}{"ours",9}{"counter",9}{"skiplocked",12}{"ratio",8}   commits: ours, counter, skiplocked";

    /// <summary>A row for the terminal.</summary>
    public static string Line(PurchaseRow row)
    {
        ArgumentNullException.ThrowIfNull(row);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{row.Load.ProviderMs,7} ms{row.Load.AtOnce,9}{row.Ours.PerSecond,9:N0}{row.Counter.PerSecond,9:N0}"
            + $"{row.SkipLocked.PerSecond,12:N0}{row.Ratio,8:F2}   {row.Ours.Commits:F2}, {row.Counter.Commits:F2}, {row.SkipLocked.Commits:F2}");
    }

    /// <summary>The processor time of a purchase, of each program that used any.</summary>
    public static string Processors(PurchaseRow row)
    {
        ArgumentNullException.ThrowIfNull(row);
        static string Of(string name, PurchaseSide side) => string.Create(
            CultureInfo.InvariantCulture, $"  {name}: {side.ProcessorMs.Values.Sum():F2} ms of a core: ")
            + string.Join(", ", side.ProcessorMs.Where(one => one.Value >= 0.01).OrderByDescending(one => one.Value)
                .Select(one => string.Create(CultureInfo.InvariantCulture, $"{one.Key} {one.Value:F2}")));
        return $"{Of("ours", row.Ours)}\n{Of("counter", row.Counter)}\n{Of("skiplocked", row.SkipLocked)}";
    }

    /// <summary>The table for <c>docs/performance.md</c>.</summary>
    public string Markdown()
    {
        var text = new StringBuilder()
            .Append("| a call of the provider | buyers | ours | counter row | `SKIP LOCKED` | ratio | commits of a purchase |\n")
            .Append("|--:|--:|--:|--:|--:|--:|---|\n");
        foreach (var row in Rows)
            text.Append(
                CultureInfo.InvariantCulture,
                $"| {row.Load.ProviderMs} ms | {row.Load.AtOnce} | {row.Ours.PerSecond:N0}/s | {row.Counter.PerSecond:N0}/s ")
                .Append(CultureInfo.InvariantCulture, $"| {row.SkipLocked.PerSecond:N0}/s | {row.Ratio:F2} ")
                .Append(CultureInfo.InvariantCulture, $"| {row.Ours.Commits:F2}, {row.Counter.Commits:F2}, ")
                .Append(CultureInfo.InvariantCulture, $"{row.SkipLocked.Commits:F2} |\n");
        return text.Append(CultureInfo.InvariantCulture, $"\n{Machine}; commit {Commit}.\n").ToString();
    }
}

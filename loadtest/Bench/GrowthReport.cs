using System.Globalization;
using System.Text;

namespace FlashSale.LoadTest.Bench;

/// <summary>The document <c>loadtest/results/growth.json</c>.</summary>
public sealed record GrowthReport(string Machine, string Commit, bool Quick, IReadOnlyList<GrowthRow> Rows)
{
    /// <summary>The heading of <see cref="Line"/>.</summary>
    public static string Heading { get; } =
        $"{"waiting",12}{"polls/s",10}{"ratio",8}{"joins/s",10}{"ratio",8}{"redis bytes/shopper",22}";

    /// <summary>A row for the terminal.</summary>
    public static string Line(GrowthRow row)
    {
        ArgumentNullException.ThrowIfNull(row);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{row.Waiting,12:N0}{row.Polls,10:N0}{row.PollRatio,8:F2}"
            + $"{row.Joins,10:N0}{row.JoinRatio,8:F2}{row.RedisBytes,22:F1}");
    }

    /// <summary>The table for <c>docs/performance.md</c>.</summary>
    public string Markdown()
    {
        var text = new StringBuilder()
            .Append("| waiting | polls/s | of bare Kestrel | joins/s | of bare Kestrel ")
            .Append("| joins measured from–to | Redis bytes a shopper |\n|--:|--:|--:|--:|--:|--:|--:|\n");
        foreach (var row in Rows)
            text.Append(
                CultureInfo.InvariantCulture,
                $"| {row.Waiting:N0} | {row.Polls:N0} | {row.PollRatio:F2} | {row.Joins:N0} | {row.JoinRatio:F2} ")
                .Append(
                    CultureInfo.InvariantCulture,
                    $"| {row.JoinedFrom:N0}–{row.JoinedTo:N0} | {row.RedisBytes:F1} |\n");
        var quick = Quick ? "; `--quick`" : "";
        return text.Append(CultureInfo.InvariantCulture, $"\n{Machine}; commit {Commit}{quick}.\n").ToString();
    }
}

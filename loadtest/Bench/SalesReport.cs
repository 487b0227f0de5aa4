using System.Globalization;
using System.Text;

namespace FlashSale.LoadTest.Bench;

/// <summary>The document <c>loadtest/results/sales.json</c>.</summary>
public sealed record SalesReport(string Machine, string Commit, IReadOnlyList<SalesRow> Rows)
{
    /// <summary>Waiting room and Redis together at <see cref="JudgedAt"/> idle sales, in percent of a core.</summary>
    public const double MostLine = 5;

    /// <summary>The busy sale's turns beside them, against those beside one idle sale.</summary>
    public const double MostSlower = 1.2;

    public const int JudgedAt = 1000;

    /// <summary>Idle sales cost nothing that is noticed.</summary>
    public bool Ok => Rows.Where(row => row.Idle <= JudgedAt).All(
        row => row.Line <= MostLine && row.TurnMs <= MostSlower * Rows[0].TurnMs);

    /// <summary>The heading of <see cref="Line"/>.</summary>
    public static string Heading { get; } =
        $"{"idle sales",12}{"waiting room",14}{"redis",8}{"edge",8}{"checkout",10}{"redis commands/s",18}{"turn ms",9}";

    /// <summary>A row for the terminal.</summary>
    public static string Line(SalesRow row)
    {
        ArgumentNullException.ThrowIfNull(row);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{row.Idle,12:N0}{row.WaitingRoom,13:F1}%{row.Redis,7:F1}%{row.Edge,7:F1}%{row.Checkout,9:F1}%"
            + $"{row.RedisCommands,18:N0}{row.TurnMs,9:F0}");
    }

    /// <summary>The table for <c>docs/performance.md</c>.</summary>
    public string Markdown()
    {
        var text = new StringBuilder()
            .Append("| idle sales | waiting room | Redis | edge | checkout | Redis commands/s ")
            .Append("| a turn in the busy sale |\n")
            .Append("|--:|--:|--:|--:|--:|--:|--:|\n");
        foreach (var row in Rows)
            text.Append(
                CultureInfo.InvariantCulture,
                $"| {row.Idle:N0} | {row.WaitingRoom:F1} % | {row.Redis:F1} % | {row.Edge:F1} % | {row.Checkout:F1} % ")
                .Append(CultureInfo.InvariantCulture, $"| {row.RedisCommands:N0} | {row.TurnMs:F0} ms |\n");
        return text.Append(CultureInfo.InvariantCulture, $"\n{Machine}; commit {Commit}.\n").ToString();
    }
}

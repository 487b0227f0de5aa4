using System.Text.Json;

using FlashSale.Contract;
using FlashSale.LoadTest.Bench;

using Xunit;

namespace FlashSale.Tests.LoadTest;

public sealed class GrowthReportTests
{
    private static readonly GrowthReport s_report = new("a machine", "abc1234", Quick: true,
    [
        new GrowthRow(1_000, 18_000, 20_000, 1_000, 61_001, 9_000, 18_000, 95.26),
        new GrowthRow(1_002_003, 17_000, 20_000, 1_002_003, 1_062_004, 8_820, 18_000, 90),
    ]);

    [Fact]
    public void The_table_has_a_row_for_each_length_and_says_where_it_was_measured() => Assert.Equal("""
        | waiting | polls/s | of bare Kestrel | joins/s | of bare Kestrel | joins measured from–to | Redis bytes a shopper |
        |--:|--:|--:|--:|--:|--:|--:|
        | 1,000 | 18,000 | 0.90 | 9,000 | 0.50 | 1,000–61,001 | 95.3 |
        | 1,002,003 | 17,000 | 0.85 | 8,820 | 0.49 | 1,002,003–1,062,004 | 90.0 |

        a machine; commit abc1234; `--quick`.

        """, s_report.Markdown(), ignoreLineEndingDifferences: true);

    [Fact]
    public void A_line_of_the_terminal_stands_under_its_heading() => Assert.Equal(
        [GrowthReport.Heading.Length, GrowthReport.Heading.Length],
        s_report.Rows.Select(row => GrowthReport.Line(row).Length));

    [Fact]
    public void The_document_has_the_ratios_beside_the_rates_and_reads_back_as_written()
    {
        var json = JsonSerializer.Serialize(s_report, Wire.Json);
        using var document = JsonDocument.Parse(json);
        var row = document.RootElement.GetProperty("rows")[0];
        Assert.Equal(0.9, row.GetProperty("pollRatio").GetDouble());
        Assert.Equal(0.5, row.GetProperty("joinRatio").GetDouble());
        Assert.False(document.RootElement.TryGetProperty("heading", out _));
        Assert.Equal(s_report.Rows, JsonSerializer.Deserialize<GrowthReport>(json, Wire.Json)!.Rows);
    }
}

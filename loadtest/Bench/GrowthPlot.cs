using ScottPlot;

namespace FlashSale.LoadTest.Bench;

/// <summary>Both ratios over the number of waiting shoppers.</summary>
public static class GrowthPlot
{
    private const int Width = 900;
    private const int Height = 360;

    /// <summary>Writes a PNG.</summary>
    public static void Save(GrowthReport report, string file)
    {
        ArgumentNullException.ThrowIfNull(report);
        using var plot = new Plot();
        Add(plot, report, row => (row.Waiting, row.PollRatio), "polls", "#2f6fdf");
        Add(plot, report, row => (row.JoinedFrom, row.JoinRatio), "joins", "#e08a1e");

        // The axis is of logarithms, so its ticks are at whole ones.
        double[] decades = [3, 4, 5, 6];
        plot.Axes.Bottom.SetTicks(decades, ["1,000", "10,000", "100,000", "1,000,000"]);
        var top = report.Rows.Max(row => Math.Max(row.PollRatio, row.JoinRatio));
        plot.Axes.SetLimits(2.8, 6.2, 0, Math.Max(1.1, top * 1.1));
        plot.XLabel("waiting shoppers (joins: before their rounds)");
        plot.YLabel("of bare Kestrel's rate");
        plot.ShowLegend(Alignment.LowerRight);
        plot.SavePng(file, Width, Height);
    }

    private static void Add(
        Plot plot, GrowthReport report, Func<GrowthRow, (long Waiting, double Ratio)> point, string name, string colour)
    {
        var points = report.Rows.Select(point).ToArray();
        var line = plot.Add.Scatter(
            points.Select(at => Math.Log10(at.Waiting)).ToArray(), points.Select(at => at.Ratio).ToArray(),
            new Color(colour));
        line.LineWidth = 2;
        line.MarkerSize = 8;
        line.LegendText = name;
    }
}

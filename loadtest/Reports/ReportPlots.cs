using ScottPlot;

namespace FlashSale.LoadTest.Reports;

/// <summary>The pictures of a report, each an SVG.</summary>
public static class ReportPlots
{
    private const int Width = 900;
    private const int Height = 320;

    private static readonly string[] s_colours = ["#2f6fdf", "#e08a1e", "#2e9e5b", "#c8443c", "#7a55c7", "#5b6b7a"];

    public static IEnumerable<(string Title, string Svg)> Draw(RunReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        var timeline = report.Timeline;
        if (timeline.Count > 1)
        {
            var at = timeline.Select(moment => moment.At).ToArray();
            yield return Lines("The line", "shoppers", at,
                ("meant to have come", Of(timeline, moment => moment.Intended)),
                ("joined", Of(timeline, moment => moment.Joined)), ("here", Of(timeline, moment => moment.Here)),
                ("waiting, says the server", Of(timeline, moment => moment.Waiting)));
            yield return Lines("The units", "units", at,
                ("admitted", Of(timeline, moment => moment.Admitted)), ("in carts", Of(timeline, moment => moment.Held)),
                ("sold", Of(timeline, moment => moment.Sold)), ("came back, so far", Of(timeline, moment => moment.Released)));
            yield return Lines("Per second", "a second", at,
                ("joins", Rate(timeline, moment => moment.Joined)), ("requests", Rate(timeline, moment => moment.Requests)));
            yield return Lines("Processor", "cores", at,
                ("the crowd", Rate(timeline, moment => moment.CrowdCpu)),
                ("the edges", Rate(timeline, moment => moment.EdgeCpu)));
            yield return Lines("Memory", "MB", at, [.. timeline.SelectMany(moment => moment.Megabytes.Keys).Distinct()
                .Order(StringComparer.Ordinal)
                .Select(name => (name, Of(timeline, moment => moment.Megabytes.GetValueOrDefault(name))))]);
        }
        if (report.Fairness.Places.Count > 0) yield return ("Admissions in the order of the tickets", Order(report.Fairness));
    }

    private static double[] Of(IReadOnlyList<TimelineMoment> timeline, Func<TimelineMoment, double> value) =>
        [.. timeline.Select(value)];

    private static double[] Rate(IReadOnlyList<TimelineMoment> timeline, Func<TimelineMoment, double> value)
    {
        var rates = new double[timeline.Count];
        for (var i = 1; i < rates.Length; i++)
        {
            var seconds = timeline[i].At - timeline[i - 1].At;
            if (seconds > 0) rates[i] = Math.Max(0, (value(timeline[i]) - value(timeline[i - 1])) / seconds);
        }
        return rates;
    }

    private static (string, string) Lines(
        string title, string unit, double[] at, params (string Name, double[] Values)[] lines)
    {
        using var plot = new Plot();
        for (var i = 0; i < lines.Length; i++)
        {
            var line = plot.Add.ScatterLine(at, lines[i].Values, new Color(s_colours[i % s_colours.Length]));
            line.LineWidth = 2;
            line.LegendText = lines[i].Name;
        }
        plot.XLabel("seconds from the first arrival");
        plot.YLabel(unit);
        plot.ShowLegend(Edge.Right);
        var top = lines.SelectMany(line => line.Values).DefaultIfEmpty().Max();
        plot.Axes.SetLimitsY(0, Math.Max(1, top * 1.05));
        return (title, plot.GetSvgXml(Width, Height));
    }

    private static string Order(Fairness fairness)
    {
        using var plot = new Plot();
        foreach (var (stayed, name, colour) in new[]
        {
            (true, "first place, there all the time", s_colours[0]), (false, "a later place, or was away", s_colours[1]),
        })
        {
            var places = fairness.Places.Where(place => place.Stayed == stayed).ToArray();
            if (places.Length == 0) continue;
            var dots = plot.Add.ScatterPoints(
                places.Select(place => (double)place.Number).ToArray(), places.Select(place => place.Seconds).ToArray(),
                new Color(colour));
            dots.MarkerSize = 4;
            dots.LegendText = name;
        }
        plot.XLabel("number in line");
        plot.YLabel("admitted, at second");
        plot.ShowLegend(Edge.Right);
        return plot.GetSvgXml(Width, Height);
    }
}

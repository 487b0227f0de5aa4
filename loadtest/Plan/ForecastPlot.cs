using ScottPlot;

namespace FlashSale.LoadTest.Plan;

/// <summary>The forecast as a picture: the line, the edges, the units.</summary>
public static class ForecastPlot
{
    private const int Width = 1000;
    private const int Height = 360;

    /// <summary>Writes <c>line.svg</c>, <c>polls.svg</c> and <c>units.svg</c> into the folder, which is made.</summary>
    public static IReadOnlyList<string> Save(Forecast forecast, string folder)
    {
        ArgumentNullException.ThrowIfNull(forecast);
        Directory.CreateDirectory(folder);
        var timeline = forecast.Outcome.Timeline;
        var at = timeline.Select(second => second.At).ToArray();

        using var line = new Plot();
        Add(line, at, timeline.Select(second => (double)second.Waiting), "waiting");
        Add(line, at, timeline.Select(second => second.Connections), "connections");
        Label(line, "The line");

        using var polls = new Plot();
        Add(polls, at, timeline.Select(second => second.Polls), "polls/s");
        Add(polls, at, timeline.Select(second => (double)second.Joins), "joins/s");
        Label(polls, "The edges");

        using var units = new Plot();
        Add(units, at, timeline.Select(second => (double)second.InCarts), "in carts");
        Add(units, at, timeline.Select(second => (double)second.Sold), "sold");
        Label(units, "The units");

        return [.. new[] { ("line", line), ("polls", polls), ("units", units) }.Select(plot => Save(plot, folder))];
    }

    private static string Save((string Name, Plot Plot) plot, string folder)
    {
        var file = Path.Combine(folder, plot.Name + ".svg");
        plot.Plot.SaveSvg(file, Width, Height);
        return file;
    }

    private static void Add(Plot plot, double[] xs, IEnumerable<double> ys, string name)
    {
        var scatter = plot.Add.ScatterLine(xs, ys.ToArray());
        scatter.LineWidth = 2;
        scatter.LegendText = name;
    }

    private static void Label(Plot plot, string title)
    {
        plot.Title(title);
        plot.XLabel("seconds from the start");
        plot.ShowLegend(Alignment.UpperRight);
        plot.Axes.SetLimitsY(0, plot.Axes.GetLimits().Top);
    }
}

using System.Globalization;

using FlashSale.Command.Load;
using FlashSale.LoadTest.Plan;
using FlashSale.LoadTest.Reports;
using FlashSale.Local;

using Spectre.Console;

namespace FlashSale.Command.Plan;

/// <summary><c>./flashsale plan</c>: what a sale needs, from this project's own measured costs.</summary>
public static class PlanCommand
{
    public const string Help =
        "[--shoppers N] [--units N] [--arrive 60s | --arrivals constant:S|ramp:S|spike:S] [--before 60s] "
        + "[--admit-per-second N] [--claim-seconds N] [--pay-seconds N] [--think-seconds N] [--away 0.05] [--no-show 0.02] "
        + "[--never-pay 0.1] [--polls-per-edge N] [--connections-per-edge N] [--edges N] [--seed N] [--core-hour $] [--redis-gb-hour $] "
        + "[--ledger-hour $] [--traffic-gb $] [--bench FILE] [--plot DIR]: the capacity plan; "
        + "or --run DIR: the forecast of a sale that `load --report DIR` ran, beside what was measured";

    /// <summary>The bench's committed result.</summary>
    private const string CommittedBench = "loadtest/results/bench.json";

    public static async Task<int> RunAsync(string[] args, CancellationToken cancel)
    {
        var line = CommandLine.Parse(args, [.. PlanArguments.Sale, .. PlanArguments.Price, "bench", "plot", "run"], [])
            .WithWords(0, 0, "plan " + Help);
        var run = line.Text("run") is { } report ? await ReportFolder.ReadAsync(report, cancel) : null;
        if (run is not null && PlanArguments.Sale.FirstOrDefault(name => line.Text(name) is not null) is { } given)
            throw new UsageException($"--{given} is taken from the run");
        var options = run is null ? PlanArguments.Options(line) : OptionsOf(run);
        var forecast = ForecastOf(options, Costs(line.Text("bench")), PlanArguments.Prices(line));
        AnsiConsole.Write(PlanTable(forecast));
        if (run is not null) AnsiConsole.Write(ComparisonTable(forecast, run));
        if (line.Text("plot") is { } folder)
            foreach (var plot in ForecastPlot.Save(forecast, Path.GetFullPath(folder, Repository.CalledFrom)))
                Console.WriteLine($"Plot: {plot}");
        return 0;
    }

    private static Forecast ForecastOf(PlanOptions options, PlanCosts costs, PlanPrices prices)
    {
        try
        {
            return Forecast.Of(options, costs, prices);
        }
        catch (FormatException error)
        {
            throw new CommandFailedException(error.Message);
        }
    }

    private static PlanOptions OptionsOf(RunReport run)
    {
        try
        {
            return RunComparison.Options(run);
        }
        catch (FormatException error)
        {
            throw new UsageException(error.Message);
        }
    }

    private static PlanCosts Costs(string? bench)
    {
        var file = bench is null ? Path.Combine(Repository.Root, CommittedBench) : Path.GetFullPath(bench, Repository.CalledFrom);
        try
        {
            return MeasuredCosts.Read(file);
        }
        catch (Exception error) when (error is IOException or FormatException or System.Text.Json.JsonException)
        {
            throw new CommandFailedException($"the measured costs cannot be read: {error.Message}");
        }
    }

    private static Table PlanTable(Forecast forecast)
    {
        var (options, outcome) = (forecast.Options, forecast.Outcome);
        var table = new Table().AddColumn("the sale").AddColumn(new TableColumn("").RightAligned());
        void Row(string name, FormattableString value) => table.AddRow(name, value.ToString(CultureInfo.InvariantCulture));
        Row("shoppers, units", $"{options.Shoppers:N0}, {options.Units:N0}");
        Row("sold out after the start", $"{Seconds(outcome.SoldOutAt)}");
        Row("… in nine of ten runs of the model",
            $"{Seconds(forecast.SoldOutBetween.Early)} to {Seconds(forecast.SoldOutBetween.Late)}");
        Row("wait of the called: p50, p90, p99",
            $"{forecast.WaitSeconds["p50"]:N0}, {forecast.WaitSeconds["p90"]:N0}, {forecast.WaitSeconds["p99"]:N0} s");
        Row("peak joins/s, polls/s", $"{outcome.PeakJoins:N0}, {outcome.PeakPolls:N0}");
        Row("peak connections", $"{outcome.PeakConnections:N0}");
        Row($"edges of {Forecast.CoresPerEdge} cores", $"{forecast.Edges:N0}");
        Row("Redis memory, peak commands/s", $"{forecast.RedisMegabytes:N0} MB, {forecast.RedisPeakCommands:N0}");
        Row("MySQL peak writes/s (load)", $"{forecast.LedgerPeakWrites:N0} ({forecast.LedgerLoad:P1})");
        Row("peak bandwidth, traffic", $"{forecast.PeakMegabits:N0} Mbit/s, {forecast.TrafficGigabytes:N1} GB");
        Row($"cost of {forecast.Hours:N0} h under the given prices", $"${forecast.Cost:N2}");
        return table;
    }

    private static Table ComparisonTable(Forecast forecast, RunReport run)
    {
        var table = new Table().AddColumn($"{run.Scenario.Name}, {run.Machine}");
        foreach (var column in new[] { "forecast", "measured", "error" })
            table.AddColumn(new TableColumn(column).RightAligned());
        try
        {
            foreach (var figure in RunComparison.Compare(forecast, run))
                table.AddRow(figure.Name, Invariant($"{figure.Forecast:N0}"), Invariant($"{figure.Measured:N0}"),
                    Invariant($"{100 * figure.Error:+0;-0;0} %"));
        }
        catch (FormatException error)
        {
            throw new CommandFailedException($"the run cannot be compared: {error.Message}");
        }

        return table;
    }

    private static string Seconds(double? seconds) => seconds is { } known ? Invariant($"{known:N0} s") : "never";

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

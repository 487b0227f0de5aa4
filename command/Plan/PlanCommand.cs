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
    /// <summary>The bench's committed result.</summary>
    private const string CommittedBench = "loadtest/results/bench.json";

    /// <summary>Of <c>./flashsale bench purchase</c>.</summary>
    private const string CommittedPurchases = "loadtest/results/purchase.json";

    public static Verb Create()
    {
        var arguments = new PlanArguments();
        var bench = Options.Text("--bench", "FILE", $"the measured costs [default: {CommittedBench}]");
        var purchases = Options.Text(
            "--purchases", "FILE", $"the measured cost of a whole purchase [default: {CommittedPurchases}]");
        var run = Options.Text(
            "--run", "DIR", "the sale that load --report DIR ran: its forecast beside what was measured");
        var plot = Options.Text("--plot", "DIR", "a folder for the forecast's plots");
        var verb = new Verb("plan", "What a sale needs and costs, from this project's own measured costs.");
        arguments.AddTo(verb);
        foreach (var option in new[] { bench, purchases, run, plot }) verb.Add(option);
        verb.SetAction(async (call, cancel) =>
        {
            var measured = call.GetValue(run) is { } report ? await ReportFolder.ReadAsync(report, cancel) : null;
            if (measured is not null && arguments.GivenOfTheSale(call) is { } given)
                throw new UsageException($"{given} is taken from the run");
            var options = measured is null ? arguments.Planned(call) : OptionsOf(measured);
            Write(ForecastOf(options, Costs(call.GetValue(bench), call.GetValue(purchases)), arguments.Prices(call)), measured, call.GetValue(plot));
            return 0;
        });
        return verb;
    }

    private static void Write(Forecast forecast, RunReport? run, string? plots)
    {
        AnsiConsole.Write(PlanTable(forecast));
        if (run is not null) AnsiConsole.Write(ComparisonTable(forecast, run));
        if (plots is null) return;
        foreach (var plot in ForecastPlot.Save(forecast, Path.GetFullPath(plots, Repository.CalledFrom)))
            Console.WriteLine($"Plot: {plot}");
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

    private static PlanCosts Costs(string? bench, string? purchases)
    {
        static string Of(string? given, string committed) =>
            given is null ? Path.Combine(Repository.Root, committed) : Path.GetFullPath(given, Repository.CalledFrom);
        try
        {
            return MeasuredCosts.Read(Of(bench, CommittedBench), Of(purchases, CommittedPurchases));
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
        Row("peak purchases/s (load of MySQL)", $"{forecast.PeakPurchases:N0} ({forecast.LedgerLoad:P1})");
        Row("checkouts, 2 cores each", $"{forecast.Checkouts:N0}");
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

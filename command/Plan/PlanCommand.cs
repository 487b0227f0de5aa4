using System.Globalization;

using FlashSale.LoadTest.Plan;

using Spectre.Console;

namespace FlashSale.Command.Plan;

/// <summary><c>./flashsale plan</c>: what a sale needs, from this project's own measured costs.</summary>
public static class PlanCommand
{
    public const string Help =
        "[--shoppers N] [--units N] [--arrive 60s] [--before 60s] [--admit-per-second N] [--claim-seconds N] "
        + "[--pay-seconds N] [--think-seconds N] [--no-show 0.02] [--never-pay 0.1] [--polls-per-edge N] [--edges N] "
        + "[--bench FILE] [--core-hour $] [--redis-gb-hour $] [--ledger-hour $] [--traffic-gb $] [--plot DIR]: the capacity plan";

    /// <summary>The bench's committed result.</summary>
    private const string CommittedBench = "loadtest/results/bench.json";

    private static readonly string[] s_values =
    [
        "shoppers", "units", "arrive", "before", "admit-per-second", "claim-seconds", "pay-seconds", "think-seconds",
        "no-show", "never-pay", "polls-per-edge", "edges", "bench", "core-hour", "redis-gb-hour", "ledger-hour",
        "traffic-gb", "plot", "seed",
    ];

    public static Task<int> RunAsync(string[] args, CancellationToken cancel)
    {
        var line = CommandLine.Parse(args, s_values, []).WithWords(0, 0, "plan " + Help);
        var options = Options(line);
        var costs = Costs(line.Text("bench") is { } file
            ? Path.GetFullPath(file, Repository.CalledFrom) : Path.Combine(Repository.Root, CommittedBench));
        var polls = new PollModel(options);
        var forecast = Forecast.Of(options, costs, Prices(line), polls.PollsPerSecond);
        AnsiConsole.Write(Table(forecast));
        if (line.Text("plot") is { } folder)
            foreach (var plot in ForecastPlot.Save(forecast, Path.GetFullPath(folder, Repository.CalledFrom)))
                Console.WriteLine($"Plot: {plot}");
        return Task.FromResult(0);
    }

    private static PlanCosts Costs(string file)
    {
        try
        {
            return MeasuredCosts.Read(file, Environment.ProcessorCount);
        }
        catch (Exception error) when (error is IOException or FormatException or System.Text.Json.JsonException)
        {
            throw new CommandFailedException($"the measured costs cannot be read: {error.Message}");
        }
    }

    private static PlanOptions Options(CommandLine line)
    {
        var standard = new PlanOptions();
        return new PlanOptions
        {
            Shoppers = (long)Real(line, "shoppers", standard.Shoppers, 1, 1e8),
            Units = (int)Real(line, "units", standard.Units, 1, 1e6),
            Arrive = Duration(line, "arrive", standard.Arrive),
            Before = Duration(line, "before", standard.Before),
            AdmitPerSecond = line.Number("admit-per-second", standard.AdmitPerSecond, 1, 100_000),
            ClaimSeconds = line.Number("claim-seconds", standard.ClaimSeconds, 1, 86_400),
            PaySeconds = line.Number("pay-seconds", standard.PaySeconds, 1, 86_400),
            ThinkSeconds = Real(line, "think-seconds", standard.ThinkSeconds, 0, 86_400),
            NoShow = Real(line, "no-show", standard.NoShow, 0, 0.99),
            NeverPay = Real(line, "never-pay", standard.NeverPay, 0, 0.99),
            PollsPerEdge = line.Number("polls-per-edge", standard.PollsPerEdge, 1, 1_000_000),
            Edges = line.Number("edges", standard.Edges, 0, 1000),
            Seed = line.Number("seed", standard.Seed, 0, int.MaxValue),
        };
    }

    private static PlanPrices Prices(CommandLine line)
    {
        var standard = new PlanPrices();
        return new PlanPrices
        {
            CoreHour = Real(line, "core-hour", standard.CoreHour, 0, 1e6),
            RedisGigabyteHour = Real(line, "redis-gb-hour", standard.RedisGigabyteHour, 0, 1e6),
            LedgerHour = Real(line, "ledger-hour", standard.LedgerHour, 0, 1e6),
            TrafficGigabyte = Real(line, "traffic-gb", standard.TrafficGigabyte, 0, 1e6),
        };
    }

    private static Table Table(Forecast forecast)
    {
        var (options, outcome) = (forecast.Options, forecast.Outcome);
        var table = new Table().AddColumn("the sale").AddColumn(new TableColumn("").RightAligned());
        void Row(string name, FormattableString value) => table.AddRow(name, value.ToString(CultureInfo.InvariantCulture));
        Row("shoppers, units", $"{options.Shoppers:N0}, {options.Units:N0}");
        Row("sold out after the start", outcome.SoldOutAt is { } at ? (FormattableString)$"{at:N0} s" : $"never");
        Row("wait of the called: p50, p90, p99", $"{forecast.WaitSeconds["p50"]:N0}, {forecast.WaitSeconds["p90"]:N0}, {forecast.WaitSeconds["p99"]:N0} s");
        Row("peak joins/s, polls/s", $"{outcome.PeakJoins:N0}, {outcome.PeakPolls:N0}");
        Row($"edges of {Forecast.CoresPerEdge} cores", $"{forecast.Edges:N0}");
        Row("Redis memory, peak commands/s", $"{forecast.RedisMegabytes:N0} MB, {forecast.RedisPeakCommands:N0}");
        Row("MySQL peak writes/s (load)", $"{forecast.LedgerPeakWrites:N0} ({forecast.LedgerLoad:P1})");
        Row("peak bandwidth, traffic", $"{forecast.PeakMegabits:N0} Mbit/s, {forecast.TrafficGigabytes:N1} GB");
        Row($"cost of {forecast.Hours:N0} h under the given prices", $"${forecast.Cost:N2}");
        return table;
    }

    /// <summary>A number, also as 1e6.</summary>
    private static double Real(CommandLine line, string name, double otherwise, double lowest, double highest)
    {
        if (line.Text(name) is not { } text) return otherwise;
        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            && number >= lowest && number <= highest
                ? number
                : throw new UsageException($"--{name} must be a number from {lowest} to {highest}");
    }

    /// <summary>A number of seconds, or with the unit: 90s, 5m, 1h.</summary>
    private static TimeSpan Duration(CommandLine line, string name, TimeSpan otherwise)
    {
        if (line.Text(name) is not { Length: > 0 } text) return otherwise;
        var seconds = text[^1] switch { 's' => 1, 'm' => 60, 'h' => 3600, _ => 0 };
        var digits = seconds == 0 ? text : text[..^1];
        return double.TryParse(digits, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number > 0
            && number * Math.Max(1, seconds) <= 86_400
                ? TimeSpan.FromSeconds(number * Math.Max(1, seconds))
                : throw new UsageException($"--{name} must be a duration up to a day, such as 90s, 5m or 1h");
    }
}

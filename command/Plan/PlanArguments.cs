using System.Globalization;

using FlashSale.LoadTest.Plan;
using FlashSale.LoadTest.Scenarios;
using FlashSale.Local;

namespace FlashSale.Command.Plan;

/// <summary>The sale and the prices, from the command line.</summary>
internal static class PlanArguments
{
    public static readonly IReadOnlyList<string> Sale =
    [
        "shoppers", "units", "arrive", "arrivals", "before", "admit-per-second", "claim-seconds", "pay-seconds",
        "think-seconds", "away", "no-show", "never-pay", "polls-per-edge",
        "connections-per-edge", "edges", "seed",
    ];

    public static readonly IReadOnlyList<string> Price = ["core-hour", "redis-gb-hour", "ledger-hour", "traffic-gb"];

    public static PlanOptions Options(CommandLine line)
    {
        var standard = new PlanOptions();
        return new PlanOptions
        {
            Shoppers = (long)Real(line, "shoppers", standard.Shoppers, 1, 1e8),
            Units = (int)Real(line, "units", standard.Units, 1, 1e6),
            Arrivals = Arrivals(line, standard.Arrivals),
            Before = Duration(line, "before", standard.Before),
            AdmitPerSecond = line.Number("admit-per-second", standard.AdmitPerSecond, 1, 100_000),
            ClaimSeconds = line.Number("claim-seconds", standard.ClaimSeconds, 1, 86_400),
            PaySeconds = line.Number("pay-seconds", standard.PaySeconds, 1, 86_400),
            ThinkSeconds = Real(line, "think-seconds", standard.ThinkSeconds, 0, 86_400),
            Away = Real(line, "away", standard.Away, 0, 0.99),
            NoShow = Real(line, "no-show", standard.NoShow, 0, 0.99),
            NeverPay = Real(line, "never-pay", standard.NeverPay, 0, 0.99),
            PollsPerEdge = line.Number("polls-per-edge", standard.PollsPerEdge, 1, 1_000_000),
            ConnectionsPerEdge = line.Number("connections-per-edge", standard.ConnectionsPerEdge, 0, 1_000_000),
            Edges = line.Number("edges", standard.Edges, 0, 1000),
            Seed = line.Number("seed", standard.Seed, 0, int.MaxValue),
        };
    }

    public static PlanPrices Prices(CommandLine line)
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

    private static Arrivals Arrivals(CommandLine line, Arrivals otherwise)
    {
        if (line.Text("arrivals") is not { } text)
            return otherwise with { Over = Duration(line, "arrive", otherwise.Over) };
        if (line.Text("arrive") is not null) throw new UsageException("either --arrive or --arrivals");
        try
        {
            return LoadTest.Scenarios.Arrivals.Parse(text) is { Shape: not ArrivalShape.Replay } arrivals
                ? arrivals : throw new UsageException("recorded arrivals cannot be forecast");
        }
        catch (FormatException error)
        {
            throw new UsageException(error.Message);
        }
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

using FlashSale.LoadTest.Crowd;
using FlashSale.LoadTest.Scenarios;
using FlashSale.Local;

namespace FlashSale.Command.Load;

/// <summary>What the command line says about a run.</summary>
/// <param name="Url">A system that runs elsewhere, instead of the one in the data folder.</param>
/// <param name="Sale">An existing sale to join, instead of a new one.</param>
internal sealed record LoadOptions(Scenario Scenario, string? Report, string? Data, string? Url, string? Sale)
{
    public const string Help =
        "SCENARIO [--shoppers N] [--units N] [--seed N] [--arrivals constant:S|ramp:S|spike:S|file:PATH] [--minutes N] "
        + "[--mix BEHAVIOUR=SHARE,…] [--report DIR] [--data DIR] [--url URL[,URL]] [--sale SALE]: a crowd, then the audit; "
        + "or compare A B: two reports; or merge DIR… [--report DIR]: those of several machines as one";

    private const int MostShoppers = Arrivals.MostArrivals;
    private const int MostUnits = 1_000_000;

    public static LoadOptions Parse(string[] args)
    {
        var line = CommandLine.Parse(
            args, ["shoppers", "units", "seed", "arrivals", "minutes", "mix", "report", "data", "url", "sale"], [])
            .WithWords(1, 1, $"load {Help}");
        var ready = ReadyScenarios.Find(line.Words[0]) ?? throw new UsageException(
            $"there is no scenario {line.Words[0]}; there are: {string.Join(", ", ReadyScenarios.All.Select(one => one.Name))}");
        var scenario = ready with
        {
            Shoppers = line.Number("shoppers", ready.Shoppers, 1, MostShoppers),
            Units = line.Number("units", ready.Units, 1, MostUnits),
            Seed = line.Number("seed", ready.Seed, 0, int.MaxValue),
        };
        if (line.Text("minutes") is not null) scenario = Lasting(scenario, line.Number("minutes", 1, 1, 7 * 1440));
        if (line.Text("arrivals") is { } text) scenario = Arriving(scenario, text);
        if (line.Text("mix") is { } mix) scenario = scenario with { Mix = Mixed(mix) };
        scenario = StartingInTime(scenario, ready);
        if (scenario.Arrivals.Shape == ArrivalShape.Replay) scenario = Replayed(scenario);
        return new LoadOptions(scenario, line.Text("report"), line.Text("data"), line.Text("url"), line.Text("sale"));
    }

    /// <summary>The same rate of arrivals for another time.</summary>
    private static Scenario Lasting(Scenario scenario, int minutes)
    {
        var over = TimeSpan.FromMinutes(minutes);
        var times = over / scenario.Arrivals.Over;
        return scenario with
        {
            Arrivals = scenario.Arrivals with { Over = over },
            Shoppers = (int)Math.Clamp(scenario.Shoppers * times, 1, MostShoppers),
            Units = (int)Math.Clamp(scenario.Units * times, 1, MostUnits),
            Limit = over * 1.25 + TimeSpan.FromMinutes(10),
        };
    }

    /// <summary>The sale starts when the same share of the shoppers has come.</summary>
    private static Scenario StartingInTime(Scenario scenario, Scenario ready) =>
        scenario.Arrivals.Over == TimeSpan.Zero ? scenario : scenario with
        {
            Rules = scenario.Rules with
            {
                StartsAfter = ready.Rules.StartsAfter * (scenario.Arrivals.Over / ready.Arrivals.Over),
            },
        };

    /// <summary>With as much time after the last arrival as there was.</summary>
    private static Scenario Arriving(Scenario scenario, string text)
    {
        try
        {
            var arrivals = Arrivals.Parse(text);
            if (arrivals.File is { } file) arrivals = arrivals with { File = Path.GetFullPath(file, Repository.CalledFrom) };
            var longer = arrivals.Over - scenario.Arrivals.Over;
            return scenario with
            {
                Arrivals = arrivals,
                Limit = longer > TimeSpan.Zero ? scenario.Limit + longer : scenario.Limit,
            };
        }
        catch (FormatException error)
        {
            throw new UsageException(error.Message);
        }
    }

    private static Mix Mixed(string text)
    {
        try
        {
            return Mix.Parse(text);
        }
        catch (FormatException error)
        {
            throw new UsageException($"--mix: {error.Message}");
        }
    }

    private static Scenario Replayed(Scenario scenario)
    {
        try
        {
            var times = scenario.Arrivals.Times(0, Random.Shared);
            return scenario with { Shoppers = times.Count, Limit = times[^1] + scenario.Limit };
        }
        catch (Exception error) when (error is FormatException or IOException or UnauthorizedAccessException)
        {
            throw new UsageException(error.Message);
        }
    }
}

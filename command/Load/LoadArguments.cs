using System.CommandLine;

using FlashSale.LoadTest.Crowd;
using FlashSale.LoadTest.Scenarios;
using FlashSale.Local;

namespace FlashSale.Command.Load;

/// <summary>A ready scenario, and what may be changed of it.</summary>
internal sealed class LoadArguments
{
    private const int MostShoppers = Arrivals.MostArrivals;
    private const int MostUnits = 1_000_000;
    private const int MostMinutes = 7 * 24 * 60;
    private const string TheScenarios = "the scenario's";

    private readonly Argument<Scenario> _scenario = Options.Word("SCENARIO", Ready, $"one of {Names}");
    private readonly Option<int?> _shoppers = Options.Number("--shoppers", 1, MostShoppers, TheScenarios, "how many come");
    private readonly Option<int?> _units = Options.Number("--units", 1, MostUnits, TheScenarios, "how many are for sale");
    private readonly Option<int?> _seed = Options.Number("--seed", 0, int.MaxValue, TheScenarios, "who does what");
    private readonly Option<Arrivals?> _arrivals = Options.Of(
        "--arrivals", "SHAPE", Arrivals.Parse,
        "constant:S, ramp:S or spike:S over so many seconds, or file:PATH, recorded ones [default: the scenario's]");
    private readonly Option<int?> _minutes = Options.Number(
        "--minutes", 1, MostMinutes, TheScenarios, "for so long, with as many shoppers and units a minute");
    private readonly Option<Mix?> _mix = Options.Of(
        "--mix", "BEHAVIOUR=SHARE,…", Mix.Parse, "who does not simply buy, such as NeverPays=0.1,ComesBackLate=0.05");
    private readonly Option<string?> _report = Options.Text(
        "--report", "DIR", "the folder for the report [default: one in artifacts/load]");
    private readonly Option<string?> _data = Options.Data("the folder of the system; one is started where nothing runs");
    private readonly Option<string?> _url = Options.Text(
        "--url", "URL[,URL]", "the edges of a system elsewhere; its admin key is taken from FLASHSALE_ADMIN_KEY");
    private readonly Option<string?> _sale = Options.Text("--sale", "SALE", "join this sale [default: a new one]");

    private static string Names => string.Join(", ", ReadyScenarios.All.Select(one => one.Name));

    public void AddTo(Verb verb)
    {
        verb.Add(_scenario);
        foreach (var option in new Option[]
        {
            _shoppers, _units, _seed, _arrivals, _minutes, _mix, _report, _data, _url, _sale,
        })
            verb.Add(option);
    }

    /// <exception cref="UsageException">The recorded arrivals can't be read.</exception>
    public LoadOptions Read(ParseResult call)
    {
        var ready = call.GetRequiredValue(_scenario);
        var scenario = ready with
        {
            Shoppers = call.GetValue(_shoppers) ?? ready.Shoppers,
            Units = call.GetValue(_units) ?? ready.Units,
            Seed = call.GetValue(_seed) ?? ready.Seed,
            Mix = call.GetValue(_mix) ?? ready.Mix,
        };
        if (call.GetValue(_minutes) is { } minutes) scenario = Lasting(scenario, minutes);
        if (call.GetValue(_arrivals) is { } arrivals) scenario = Arriving(scenario, arrivals);
        scenario = StartingInTime(scenario, ready);
        if (scenario.Arrivals.Shape == ArrivalShape.Replay) scenario = Replayed(scenario);
        return new LoadOptions(
            scenario, call.GetValue(_report), call.GetValue(_data), call.GetValue(_url), call.GetValue(_sale));
    }

    private static Scenario Ready(string name) =>
        ReadyScenarios.Find(name) ?? throw new FormatException($"there is no scenario {name}; there are: {Names}");

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

    /// <summary>With as much time after the last arrival as there was.</summary>
    private static Scenario Arriving(Scenario scenario, Arrivals arrivals)
    {
        if (arrivals.File is { } file) arrivals = arrivals with { File = Path.GetFullPath(file, Repository.CalledFrom) };
        var longer = arrivals.Over - scenario.Arrivals.Over;
        return scenario with
        {
            Arrivals = arrivals,
            Limit = longer > TimeSpan.Zero ? scenario.Limit + longer : scenario.Limit,
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

using FlashSale.LoadTest.Crowd;
using FlashSale.LoadTest.Scenarios;

using Spectre.Console;

namespace FlashSale.Command.Load;

/// <summary>
/// The crowd while it moves: a live table in a terminal, a line every few seconds elsewhere.
/// </summary>
internal static class LiveProgress
{
    private static readonly TimeSpan s_refresh = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan s_line = TimeSpan.FromSeconds(3);

    public static async Task<T> ShowAsync<T>(ScenarioRun scenario, Task<T> run)
    {
        if (Console.IsOutputRedirected) await LinesAsync(scenario, run);
        else await LiveAsync(scenario, run);
        return await run;
    }

    private static async Task LinesAsync(ScenarioRun scenario, Task run)
    {
        var tally = scenario.Tally;
        while (await Task.WhenAny(run, Task.Delay(s_line)) != run)
        {
            Console.WriteLine(
                $"{tally.Joined}/{scenario.Scenario.Shoppers} joined, {tally.Called} called, {tally.Carts} carts, "
                + $"{tally.Of(Ending.Bought)}/{scenario.Scenario.Units} bought, {tally.Declined} declined, "
                + $"{tally.Ended} done, poll p99 {tally.Milliseconds(JourneyStep.Poll, 99):f0} ms");
        }
    }

    private static Task LiveAsync(ScenarioRun scenario, Task run) =>
        AnsiConsole.Live(Picture(scenario)).StartAsync(async live =>
        {
            while (await Task.WhenAny(run, Task.Delay(s_refresh)) != run) live.UpdateTarget(Picture(scenario));
            live.UpdateTarget(Picture(scenario));
        });

    private static Rows Picture(ScenarioRun scenario)
    {
        var tally = scenario.Tally;
        return new Rows(
            new BarChart().Width(72).WithMaxValue(scenario.Scenario.Shoppers)
                .AddItem("joined", tally.Joined, Color.Grey)
                .AddItem("still here", Math.Max(0, tally.Joined - tally.Ended), Color.Blue)
                .AddItem("called", tally.Called, Color.Yellow),
            new BarChart().Width(72).WithMaxValue(scenario.Scenario.Units)
                .AddItem("put in carts", tally.Carts, Color.Orange1)
                .AddItem("bought", tally.Of(Ending.Bought), Color.Green),
            new Text($"{tally.Declined} declined payments · p99: join {Milliseconds(JourneyStep.Join)}, "
                + $"poll {Milliseconds(JourneyStep.Poll)}, reserve {Milliseconds(JourneyStep.Reserve)}, pay {Milliseconds(JourneyStep.Pay)}"));

        string Milliseconds(string step) => $"{tally.Milliseconds(step, 99):f0} ms";
    }
}

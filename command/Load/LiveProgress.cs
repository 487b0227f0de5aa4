using FlashSale.LoadTest.Crowd;
using FlashSale.LoadTest.Scenarios;

using Spectre.Console;

namespace FlashSale.Command.Load;

/// <summary>The crowd while it moves: a live table in a terminal, a line every few seconds elsewhere.</summary>
internal static class LiveProgress
{
    private static readonly TimeSpan s_refresh = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan s_line = TimeSpan.FromSeconds(3);

    public static async Task<T> ShowAsync<T>(Tally tally, SmokeSettings settings, Task<T> run)
    {
        if (Console.IsOutputRedirected) await LinesAsync(tally, settings, run);
        else await LiveAsync(tally, settings, run);
        return await run;
    }

    private static async Task LinesAsync(Tally tally, SmokeSettings settings, Task run)
    {
        while (await Task.WhenAny(run, Task.Delay(s_line)) != run)
        {
            Console.WriteLine(
                $"{tally.Joined}/{settings.Shoppers} joined, {tally.Called} called, {tally.InCarts} in carts, "
                + $"{tally.Of(Ending.Bought)}/{settings.Units} bought, {tally.Declined} declined, "
                + $"poll p99 {tally.Milliseconds("poll", 99):f0} ms");
        }
    }

    private static Task LiveAsync(Tally tally, SmokeSettings settings, Task run) =>
        AnsiConsole.Live(Picture(tally, settings)).StartAsync(async live =>
        {
            while (await Task.WhenAny(run, Task.Delay(s_refresh)) != run) live.UpdateTarget(Picture(tally, settings));
            live.UpdateTarget(Picture(tally, settings));
        });

    private static Rows Picture(Tally tally, SmokeSettings settings)
    {
        var line = tally.Joined - tally.Ended;
        return new Rows(
            new BarChart().Width(72).WithMaxValue(settings.Shoppers)
                .AddItem("joined", tally.Joined, Color.Grey)
                .AddItem("still here", Math.Max(0, line), Color.Blue)
                .AddItem("called", tally.Called, Color.Yellow),
            new BarChart().Width(72).WithMaxValue(settings.Units)
                .AddItem("in carts", tally.InCarts, Color.Orange1)
                .AddItem("bought", tally.Of(Ending.Bought), Color.Green),
            new Text($"{tally.Declined} declined payments · p99: join {tally.Milliseconds("join", 99):f0} ms, "
                + $"poll {tally.Milliseconds("poll", 99):f0} ms, reserve {tally.Milliseconds("reserve", 99):f0} ms, "
                + $"pay {tally.Milliseconds("pay", 99):f0} ms"));
    }
}

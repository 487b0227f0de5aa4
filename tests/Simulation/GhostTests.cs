using FlashSale.Contract;
using FlashSale.Queue;
using FlashSale.Simulator;
using FlashSale.Simulator.Checking;

using Xunit;

using SaleFact = FlashSale.Simulator.Fact;

namespace FlashSale.Tests.Simulation;

/// <summary>
/// A crowd of which nearly nobody is there any more, at edges that can take few polls, so that shoppers are told to stay away
/// for minutes.
/// </summary>
public sealed class GhostTests(ITestOutputHelper output)
{
    private const int Ghosts = 3000, Honest = 10, Units = 5;

    [Theory]
    [InlineData(Habit.Leaves, 20, 1)]
    [InlineData(Habit.Leaves, 120, 1)]
    [InlineData(Habit.WandersOff, 20, 1)]
    [InlineData(Habit.WandersOff, 120, 3)]
    [InlineData(Habit.Leaves, 4, 2)]
    public void Invariant9_Whoever_does_as_told_hears_of_the_turn_behind_thousands_who_are_gone(Habit ghosts, int claim, int edges)
    {
        var run = SimulatedSale.Run(Of(ghosts, claim, edges));

        Assert.Equal((RunEnd.AtRest, null), (run.End, run.Failure));
        var honest = run.Facts.OfType<SaleFact.Polled>().Where(poll => poll.Shopper > Ghosts).ToList();
        output.WriteLine(
            $"told to stay away for {honest.Max(poll => poll.NextPollMs)} ms at the most, "
            + $"sold out at {run.Facts.OfType<SaleFact.Committed>().Last(row => row.State is UnitState.Sold).At} ms");
        Assert.DoesNotContain(honest, poll => poll.State == PlaceState.Missed);
        Assert.Equal(
            Enumerable.Range(Ghosts + 1, Units),
            run.Facts.OfType<SaleFact.Committed>().Where(row => row.State is UnitState.Sold).Select(row => row.Shopper).Order());
        Assert.Empty(Checker.Check(Rules.Of(run.Scenario, run.EndedAt), run.Facts));
    }

    [Theory]
    [InlineData(Habit.Leaves, LineOrder.Fifo)]
    [InlineData(Habit.WandersOff, LineOrder.Fifo)]
    [InlineData(Habit.WandersOff, LineOrder.Shuffle)]
    public void The_line_counts_people_and_not_numbers(Habit ghosts, LineOrder order)
    {
        var scenario = Of(ghosts, claim: 120, edges: 2);
        // Nobody counts as present who has closed the page more than a minute ago.
        var sale = scenario.Sale with { Order = order, StartsAt = scenario.Sale.StartsAt.AddSeconds(70) };
        var run = SimulatedSale.Run(scenario with { Sale = sale, PollsPerSecond = 2000 });

        Assert.Equal((RunEnd.AtRest, null), (run.End, run.Failure));
        Assert.Empty(Checker.Check(Rules.Of(run.Scenario, run.EndedAt), run.Facts));
        var startMs = (long)(sale.StartsAt - Scenario.Epoch).TotalMilliseconds;
        var calls = run.Facts.OfType<SaleFact.Admitted>().ToList();
        Assert.Equal(Units, calls.Count);
        Assert.InRange(calls[^1].At, startMs, startMs + (order == LineOrder.Shuffle ? 45_000 : 5_000));

        // All of them are called at once, so nobody is told a number of people that is far from the truth.
        var told = run.Facts.OfType<SaleFact.Polled>()
            .Where(poll => poll.Shopper > Ghosts && poll.State == PlaceState.Waiting && poll.Ahead >= 0).ToList();
        var settled = told.Where(poll => poll.At > (order == LineOrder.Fifo ? startMs - 1000 : startMs + 1000)).ToList();
        Assert.NotEmpty(settled);
        Assert.All(settled, poll => Assert.InRange(poll.Ahead, 0, Honest + 1));
        Assert.All(told, poll => Assert.InRange(poll.NextPollMs, 0, 45_000));
    }

    /// <summary>The ghosts come first and are gone before the start; those who stay come after them, two seconds late at each poll.</summary>
    private static Scenario Of(Habit ghosts, int claim, int edges)
    {
        var sale = ScenarioSource.Draw(1).Sale with
        {
            Inventory = Units,
            MaxUnit = Units,
            StartsAt = Scenario.Epoch.AddSeconds(65),
            EndsAt = null,
            Order = LineOrder.Fifo,
            AdmitPerSecond = 200,
            ClaimSeconds = claim,
            PaySeconds = 5,
            PresenceSeconds = 60,
        };
        var shoppers = Enumerable.Range(1, Ghosts).Select(shopper => new ShopperPlan(
                shopper, JoinAt: 200 + 20 * shopper, ghosts, CartPlan.Pays, At: 500 + 20 * shopper, LagMs: 0, Edge: shopper % edges))
            // Of those who leave, the even ones would come again.
            .Where(ghost => ghosts != Habit.Leaves || ghost.Shopper % 2 == 1)
            .Concat(Enumerable.Range(Ghosts + 1, Honest).Select(shopper => new ShopperPlan(
                shopper, JoinAt: 62_000 + 100 * (shopper - Ghosts), Habit.Obedient, CartPlan.Pays, At: 0, LagMs: 2000, Edge: shopper % edges)));
        return new Scenario(
            Seed: 7, sale, edges, Rooms: 2, [.. Enumerable.Repeat(0L, edges + 4)], [.. shoppers], [], [], CalmAt: 65_000,
            EndAt: 1_500_000)
        {
            PollsPerSecond = Math.Max(1, 20 / edges),
        };
    }
}

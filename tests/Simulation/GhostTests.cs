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

using FlashSale.LoadTest.Crowd;
using FlashSale.Tests.Support;

using Xunit;

namespace FlashSale.Tests.LoadTest;

/// <summary>
/// Each behaviour against the whole system: it ends as it should, and is told nothing it should not be.
/// </summary>
public sealed class JourneyTests
{
    private static readonly TimeSpan s_presence = TimeSpan.FromSeconds(60);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(Behaviour.Buys)]
    [InlineData(Behaviour.DeclinedOnce)]
    [InlineData(Behaviour.DoubleClicks)]
    [InlineData(Behaviour.ManyTabs)]
    [InlineData(Behaviour.Refreshes)]
    public async Task Who_wants_a_unit_buys_one(Behaviour behaviour)
    {
        var (system, sale, tally) = await SaleAsync(units: 2);

        await WalkAsync(system, sale, behaviour, tally, Ending.Bought);

        await system.AuditsAsync(sale, sold: 1);
        Assert.Single(tally.Admissions);
        Assert.Equal(behaviour == Behaviour.DeclinedOnce ? 1 : 0, tally.Declined);
    }

    [Theory]
    [InlineData(Behaviour.DeclinedAlways)]
    [InlineData(Behaviour.NeverPays)]
    [InlineData(Behaviour.NeverComes)]
    [InlineData(Behaviour.WandersOff)]
    [InlineData(Behaviour.GivesBack)]
    public async Task Who_does_not_buy_ends_as_planned(Behaviour behaviour)
    {
        var (system, sale, tally) = await SaleAsync(units: 2);

        await WalkAsync(system, sale, behaviour, tally, Ending.AsPlanned);

        await system.AuditsAsync(sale, sold: 0);
    }

    [Fact]
    public async Task Who_gives_up_leaves_the_line()
    {
        var (system, sale, tally) = await SaleAsync(units: 1);
        var first = system.Shopper(sale);
        await first.JoinsAsync();
        await first.HasAUnitInTheCartAsync();

        await WalkAsync(system, sale, Behaviour.GivesUp, tally, Ending.AsPlanned);

        Assert.Equal(0, tally.Called);
    }

    [Fact]
    public async Task Who_comes_back_late_still_has_a_place_and_buys()
    {
        var system = await TestSystem.SharedAsync();
        var sale = await system.SaleAsync(new
        {
            name = "A phone",
            inventory = 2,
            price = new { amount = 99_900, currency = "usd" },
            presenceSeconds = 2,
            claimSeconds = 1,
        });
        var tally = new CrowdTally();
        var journey = new Journey(
            system.Shopper(sale), Behaviour.ComesBackLate, TimeSpan.FromSeconds(2), tally, TimeProvider.System);

        while (journey.Ending is null) await StepAsync(journey);

        Assert.Equal(Ending.Bought, journey.Ending);
        Assert.DoesNotContain(tally.Admissions, admission => admission.Stayed);
    }

    [Fact]
    public async Task Who_comes_too_late_is_told_that_all_is_sold()
    {
        var (system, sale, tally) = await SaleAsync(units: 1);
        await WalkAsync(system, sale, Behaviour.Buys, tally, Ending.Bought);

        await WalkAsync(system, sale, Behaviour.Buys, tally, Ending.SoldOut);
    }

    [Fact]
    public async Task Who_misses_the_turn_again_and_again_was_too_slow()
    {
        var system = await TestSystem.SharedAsync();
        var sale = await system.SaleAsync(TestSystem.SaleOf(units: 1, claimSeconds: 1));
        var tally = new CrowdTally();
        var shopper = system.Shopper(sale);
        var journey = new Journey(shopper, Behaviour.Buys, s_presence, tally, TimeProvider.System);

        while (journey.Ending is null)
        {
            if (journey.Next is JourneyStep.Claim) await shopper.IsToldAsync("missed");
            await StepAsync(journey);
        }

        Assert.Equal(Ending.TooSlow, journey.Ending);
    }

    [Fact]
    public async Task Who_pays_too_late_joins_again_and_buys()
    {
        var system = await TestSystem.SharedAsync();
        var sale = await system.SaleAsync(TestSystem.SaleOf(units: 1, paySeconds: 1));
        var tally = new CrowdTally();
        var shopper = system.Shopper(sale);
        var journey = new Journey(shopper, Behaviour.Buys, s_presence, tally, TimeProvider.System);

        var delayed = false;
        while (journey.Ending is null)
        {
            if (journey.Next == JourneyStep.Pay && !delayed)
            {
                delayed = true;
                await WaitFor.TrueAsync(
                    async () => (await shopper.ReadAsync(Cancel)).Body?.State == "released", "the time to pay has passed");
            }
            await StepAsync(journey);
        }

        Assert.True(journey.Ending is Ending.Bought or Ending.TooSlow, string.Join('\n', tally.Problems.Keys));
        Assert.Contains("the time to pay passed before the payment", tally.Problems.Keys);
    }

    [Fact]
    public async Task A_place_whose_admission_was_used_in_another_browser_is_no_surprise()
    {
        var (system, sale, tally) = await SaleAsync(units: 2);
        var shopper = system.Shopper(sale);
        await shopper.JoinsAsync();
        await shopper.BuysAsync();
        await WaitFor.TrueAsync(
            async () => (await shopper.JoinAsync(Cancel)).Problem == "alreadyBought", "the line knows who bought");

        var journey = new Journey(shopper, Behaviour.Buys, s_presence, tally, TimeProvider.System);
        while (journey.Ending is null) await StepAsync(journey);

        Assert.Equal(Ending.Failed, journey.Ending);
        Assert.Contains("join: unexpected 409 alreadyBought", tally.Problems.Keys);
    }

    [Fact]
    public async Task A_bot_is_refused_most_of_the_time_and_gets_one_unit_at_the_most()
    {
        var (system, sale, tally) = await SaleAsync(units: 2);
        var others = new[] { system.Shopper(sale), system.Shopper(sale) };
        foreach (var other in others)
        {
            await other.JoinsAsync();
            await other.HasAUnitInTheCartAsync();
        }

        var bot = new Bot(system.Shopper(sale), tally);
        for (var i = 0; i < 60; i++) await bot.StepAsync(0, Cancel);
        foreach (var other in others) await other.PayAsync("pm_card_visa", null, Cancel);
        while (bot.Ending is null) await Task.Delay(await bot.StepAsync(0, Cancel), Cancel);

        Assert.Equal(Ending.SoldOut, bot.Ending);
        Assert.True(tally.BotRefusals > 0, "nothing was refused");
        await system.AuditsAsync(sale, sold: 2);
    }

    private static async Task<(TestSystem System, string Sale, CrowdTally Tally)> SaleAsync(int units)
    {
        var system = await TestSystem.SharedAsync();
        return (system, await system.SaleAsync(TestSystem.SaleOf(units)), new CrowdTally());
    }

    private static async Task WalkAsync(
        TestSystem system, string sale, Behaviour behaviour, CrowdTally tally, Ending expected)
    {
        var journey = new Journey(system.Shopper(sale), behaviour, s_presence, tally, TimeProvider.System);
        while (journey.Ending is null) await StepAsync(journey);
        Assert.True(journey.Ending == expected, $"{journey.Ending}: {string.Join('\n', tally.Problems.Keys)}");
    }

    private static async Task StepAsync(Journey journey)
    {
        var pause = await journey.StepAsync(TimeProvider.System.GetTimestamp(), Cancel);
        if (journey.Ending is null && pause > TimeSpan.Zero) await Task.Delay(pause, Cancel);
    }
}

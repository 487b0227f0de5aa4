using FlashSale.LoadTest.Crowd;
using FlashSale.LoadTest.Scenarios;
using FlashSale.Tests.Support;

using Xunit;

namespace FlashSale.Tests.LoadTest;

/// <summary>Shoppers of a crowd who sleep until they are called.</summary>
public sealed class SleeperTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_sleeper_is_not_seen_before_the_phone_rings_and_then_buys()
    {
        await using var push = await CrowdPushService.StartAsync(TimeProvider.System, Cancel);
        var settings = CrowdPushService.Environment(soonSeconds: 0)
            .ToDictionary(one => one.Key.Replace("__", ":", StringComparison.Ordinal), one => one.Value);
        await using var system = await TestSystem.StartAsync(settings: settings);
        var sale = await system.SaleAsync();
        await system.Operators.PatchSaleAsync(sale, new { paused = true }, Cancel);
        var (tally, shopper) = (new CrowdTally(), system.Shopper(sale));
        await shopper.JoinsAsync();
        var journey = new Journey(shopper, Behaviour.Sleeps, TimeSpan.FromSeconds(60), tally, TimeProvider.System);
        var sleeper = new Sleeper(journey, shopper, push, "a-phone", tally, seed: 1);

        while (sleeper.Next != "sleep") await sleeper.StepAsync(TimeProvider.System.GetTimestamp(), Cancel);
        var asleep = tally.Requests;
        for (var i = 0; i < 5; i++) await sleeper.StepAsync(TimeProvider.System.GetTimestamp(), Cancel);
        Assert.Equal((asleep, 0), (tally.Requests, tally.Woken));
        await system.Operators.PatchSaleAsync(sale, new { paused = false }, Cancel);
        await push.RungForATurnAsync("a-phone").WaitAsync(TimeSpan.FromSeconds(60), Cancel);
        Assert.InRange(await sleeper.StepAsync(TimeProvider.System.GetTimestamp(), Cancel), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(15));

        while (sleeper.Ending is null)
            await Task.Delay(await sleeper.StepAsync(TimeProvider.System.GetTimestamp(), Cancel), Cancel);
        Assert.Equal((Ending.Bought, 1), (sleeper.Ending, tally.Woken));
        Assert.Empty(tally.Problems);
        Assert.All(tally.Admissions, one => Assert.False(one.Stayed));
    }

    [Fact]
    public void Who_is_called_later_than_the_same_number_or_the_next_one_beside_is_found()
    {
        (long, double)[] beside = [(1, 0), (2, 1), (5, 4), (9, 8)];

        Assert.Equal(0, AwakeCalls.MostLater([(1, 0), (3, 5), (9, 9.9)], beside));
        Assert.Equal(1, AwakeCalls.MostLater([(1, 0), (3, 7), (9, 9)], beside));
        // There all was sold before that number.
        Assert.Equal(0, AwakeCalls.MostLater([(10, 100)], beside));
        Assert.Equal(0, AwakeCalls.MostLater([], beside));
    }
}

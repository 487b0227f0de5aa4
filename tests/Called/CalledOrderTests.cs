using FlashSale.Contract;
using FlashSale.Tests.Support;

using Xunit;

namespace FlashSale.Tests.Called;

/// <summary>Who is called before whom, and before their turn.</summary>
public sealed class CalledOrderTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task When_the_sender_is_behind_the_front_comes_first()
    {
        await using var called = await CalledSystem.StartAsync(sendsAtOnce: 2);
        var sale = await called.PausedSaleAsync(units: 20);
        var browsers = new List<LocalBrowser>();
        for (var i = 0; i < 20; i++) browsers.Add((await called.AskerAsync(sale)).Browser);

        await called.ResumeAsync(sale);

        foreach (var browser in browsers) await browser.HearsAsync("turn");
        Assert.Equal(browsers, called.Push.Arrived);
    }

    [Fact]
    public async Task A_push_service_that_is_slow_keeps_nobody_of_another_waiting()
    {
        await using var called = await CalledSystem.StartAsync(sendsAtOnce: 4, timeoutSeconds: 8);
        var sale = await called.PausedSaleAsync(units: 30);
        var (slow, others) = (new List<LocalBrowser>(), new List<LocalBrowser>());
        for (var i = 0; i < 10; i++)
        {
            slow.Add((await called.AskerAsync(sale, service: LocalPushService.OtherName)).Browser);
            slow[^1].Refuses = 0;
        }

        for (var i = 0; i < 10; i++) others.Add((await called.AskerAsync(sale)).Browser);

        await called.ResumeAsync(sale);

        foreach (var other in others) await other.HearsAsync("turn");
        Assert.Equal(0, called.Push.GivenUp);
    }

    [Fact]
    public async Task By_forecast_whoever_waits_no_longer_than_it_takes_to_come_back_is_called_and_nobody_before()
    {
        await using var called = await CalledSystem.StartAsync(soonSeconds: 180);
        var (soon, later) = (await StartingAsync(called, 150), await StartingAsync(called, 3600));
        var (_, far) = await called.AskerAsync(later);
        var (_, near) = await called.AskerAsync(soon);

        await near.HearsAsync("soon");
        // Both sales are looked at in the same pass, and the other one was asked for first.
        Assert.Empty(far.Messages);
        Assert.Single(await called.KeptAsync(soon));
    }

    private static async Task<string> StartingAsync(CalledSystem called, int inSeconds)
    {
        var sale = Unique.Name("sale");
        await called.System.Operators.PutSaleAsync(sale, new
        {
            name = "A phone",
            inventory = 5,
            price = new { amount = 99_900, currency = "usd" },
            startsAt = Wire.Format(TimeProvider.System.GetUtcNow().AddSeconds(inSeconds)),
        }, Cancel);
        return sale;
    }
}

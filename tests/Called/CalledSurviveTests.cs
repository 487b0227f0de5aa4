using FlashSale.Tests.Support;

using Xunit;

namespace FlashSale.Tests.Called;

/// <summary>Who asked is called whatever happens meanwhile, and by one edge only.</summary>
public sealed class CalledSurviveTests
{
    /// <summary>What a Redis without its data is.</summary>
    private const string LoseAll =
        "for _, key in ipairs(redis.call('KEYS', '*')) do redis.call('DEL', key) end return 1";

    [Fact]
    public async Task Of_several_edges_one_calls_and_another_when_the_one_that_was_asked_has_ended()
    {
        await using var called = await CalledSystem.StartAsync(edges: 2);
        var sale = await called.PausedSaleAsync(units: 30);
        var browsers = new List<LocalBrowser>();
        // Of many shoppers, so without a cookie jar.
        using var second = new HttpClient(new SocketsHttpHandler { UseCookies = false })
        {
            BaseAddress = new Uri(called.System.EdgeUrls[1]),
        };
        for (var i = 0; i < 20; i++) browsers.Add((await called.AskerAsync(sale, second)).Browser);
        await called.ResumeAsync(sale);
        foreach (var browser in browsers) await browser.HearsAsync("turn");

        var other = await called.PausedSaleAsync(units: 5);
        var (_, last) = await called.AskerAsync(other, second);
        await called.System.EndAsync(called.System.EdgeUrls[1]);
        await called.ResumeAsync(other);

        await last.HearsAsync("turn");
        Assert.All(browsers, browser => Assert.Single(browser.Messages));
    }

    [Fact]
    public async Task After_a_loss_of_Redis_whoever_sleeps_is_called_back_and_takes_their_place_again()
    {
        await using var called = await CalledSystem.StartAsync(edges: 2);
        var sale = await called.PausedSaleAsync(units: 1);
        var (sleeper, browser) = await called.AskerAsync(sale);

        await called.RedisAsync(async redis => await redis.ScriptEvaluateAsync(LoseAll));

        await browser.HearsAsync("anew");
        Assert.Equal(1, (await sleeper.PollAsync(TestContext.Current.CancellationToken)).Require().Number);
        await called.ResumeAsync(sale);
        await sleeper.IsAdmittedAsync();
        await browser.HearsAsync("anew", "turn");
    }
}

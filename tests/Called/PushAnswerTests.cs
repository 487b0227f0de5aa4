using FlashSale.Contract;
using FlashSale.Gateway.Called;
using FlashSale.Queue;
using FlashSale.Tests.Support;

using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

using Xunit;

namespace FlashSale.Tests.Called;

/// <summary>What becomes of a message by what the push service answers.</summary>
public sealed class PushAnswerTests(CalledSystem called) : IClassFixture<CalledSystem>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_push_service_that_does_not_answer_delays_no_other_shopper_and_is_tried_twice()
    {
        var sale = await called.PausedSaleAsync(units: 40);
        var (_, silent) = await called.AskerAsync(sale);
        var (_, broken) = await called.AskerAsync(sale);
        (silent.Refuses, broken.Refuses) = (0, 500);
        var others = new List<LocalBrowser>();
        for (var i = 0; i < 30; i++) others.Add((await called.AskerAsync(sale)).Browser);

        await called.ResumeAsync(sale);

        foreach (var other in others) await other.HearsAsync("turn");
        (silent.Refuses, broken.Refuses) = (201, 201);
        await silent.HearsAsync("turn");
        await broken.HearsAsync("turn");
        await WaitFor.TrueAsync(async () => (await called.KeptAsync(sale)).Length == 0, "nothing is kept");
        Assert.All(others, other => Assert.Single(other.Messages));
    }

    [Fact]
    public async Task A_subscription_that_is_gone_is_forgotten()
    {
        var sale = await called.PausedSaleAsync(presenceSeconds: CalledSystem.PresenceSeconds);
        var (_, browser) = await called.AskerAsync(sale);
        browser.Refuses = 410;
        var awake = await called.ComesBehindThoseAwayAsync(sale);

        await called.ResumeAsync(sale);

        await WaitFor.TrueAsync(async () => (await called.KeptAsync(sale)).Length == 0, "nothing is kept");
        Assert.Empty(browser.Messages);
    }

    /// <summary>By the first three a service says that it does not believe who is calling, which may be our fault.</summary>
    [Theory]
    [InlineData(400)]
    [InlineData(401)]
    [InlineData(403)]
    [InlineData(413)]
    public async Task A_message_that_a_push_service_rejects_ends_with_that_and_the_next_one_is_told(int status)
    {
        var sale = await called.PausedSaleAsync(presenceSeconds: CalledSystem.PresenceSeconds);
        var (sleeper, browser) = await called.AskerAsync(sale);
        browser.Refuses = status;
        var awake = await called.ComesBehindThoseAwayAsync(sale);
        var keys = new LineKeys(SaleId.Parse(sale));
        using var rejected = new OutcomeCounter("flashsale.called", "rejected");

        await called.ResumeAsync(sale);
        await awake.IsAdmittedAsync();

        await WaitFor.TrueAsync(() => browser.Pushes > 0, "it is told that they were passed over");
        await WaitFor.TrueAsync(() => called.RedisAsync(async redis =>
            await redis.SortedSetLengthAsync(keys.Telling) + await redis.SortedSetLengthAsync(keys.ToTell) == 0), "nothing is left to tell");
        Assert.Equal(1, browser.Pushes);
        await WaitFor.TrueAsync(() => rejected.Count > 0, "it is counted");
        Assert.Single(await called.KeptAsync(sale));

        browser.Refuses = 201;
        Assert.Equal("waiting", (await sleeper.PollAsync(Cancel)).Require().State);
        await awake.LeaveAsync(Cancel);
        await sleeper.IsAdmittedAsync();
        await browser.HearsAsync("turn");
    }

    [Theory]
    [InlineData(406)] // As Windows' service says it.
    [InlineData(429)]
    [InlineData(503)]
    public async Task A_push_service_that_takes_nothing_now_is_tried_until_it_does(int status)
    {
        var sale = await called.PausedSaleAsync();
        var (_, browser) = await called.AskerAsync(sale);
        browser.Refuses = status;

        await called.ResumeAsync(sale);

        await WaitFor.TrueAsync(() => browser.Pushes > 2, "it is tried more often than what may have been taken");
        browser.Refuses = 201;
        await browser.HearsAsync("turn");
    }

    [Fact]
    public async Task What_is_no_turn_and_was_refused_for_ten_minutes_is_not_told_any_more()
    {
        var sale = await called.PausedSaleAsync();
        var (_, browser) = await called.AskerAsync(sale);
        var kept = Assert.Single(await called.KeptAsync(sale));
        var keys = new LineKeys(SaleId.Parse(sale));
        byte[] member = [.. (byte[])kept.Name!, (byte)CallReason.PassedOver, (byte)'1'];
        var since = TimeProvider.System.GetUtcNow().AddMinutes(-11).ToUnixTimeMilliseconds();
        // As order_of in prelude.lua has it.
        await called.RedisAsync(redis =>
            redis.SortedSetAddAsync(keys.ToTell, member, ((byte[])kept.Value!)[5] * 1e14 + 1e13 + since));

        await WaitFor.TrueAsync(() => called.RedisAsync(async redis =>
            await redis.SortedSetLengthAsync(keys.Telling) + await redis.SortedSetLengthAsync(keys.ToTell) == 0), "nothing is left to tell");

        Assert.Equal(0, browser.Pushes);
        Assert.Single(await called.KeptAsync(sale));
    }

    [Fact]
    public async Task A_message_that_is_rejected_is_logged_with_its_service_and_without_its_address()
    {
        var (edge, browser, log) = (called.System.Service("gateway").Services, called.Push.Subscribe(), new Lines());
        using var push = new PushClient(
            edge.GetRequiredService<PushServices>(), edge.GetRequiredService<Vapid>(),
            edge.GetRequiredService<IOptions<CalledOptions>>(), log);
        browser.Refuses = 413;

        var to = new Subscription(browser.Endpoint, browser.Point, new byte[16]);
        Assert.Equal(SendOutcome.Rejected, await push.SendAsync(to, "{}"u8.ToArray(), 60, "any"));

        Assert.Equal("127.0.0.1 rejected a message to a shopper who is called, with 413", Assert.Single(log));
    }

    private sealed class Lines : List<string>, ILogger<PushClient>
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Add(formatter(state, exception));
    }
}

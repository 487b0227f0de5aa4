using FlashSale.Contract;
using FlashSale.LoadTest.Clients;
using FlashSale.Queue;
using FlashSale.Tests.Support;

using Microsoft.Extensions.DependencyInjection;

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

    [Fact]
    public async Task After_a_loss_of_Redis_nobody_is_called_who_had_changed_their_mind_at_another_edge()
    {
        await using var called = await CalledSystem.StartAsync(edges: 2);
        var sale = await called.PausedSaleAsync(units: 1);
        var (changed, silent) = await called.AskerAsync(sale);
        var (_, browser) = await called.AskerAsync(sale);
        using var second = new HttpClient { BaseAddress = new Uri(called.System.EdgeUrls[1]) };
        // It reads of the line a little later than the first.
        await WaitFor.TrueAsync(
            async () => await called.SendAsync(HttpMethod.Delete, sale, changed, null, second) == (204, null), "the other edge has heard it");
        var first = called.System.Service("gateway").Services.GetRequiredService<Sleepers>();
        await WaitFor.TrueAsync(() => first.Remembers(SaleId.Parse(sale)) == 1, "the other edge has read it");

        await called.RedisAsync(async redis => await redis.ScriptEvaluateAsync(LoseAll));

        await browser.HearsAsync("anew");
        Assert.Single(await called.KeptAsync(sale));
        Assert.Empty(silent.Messages);
    }

    [Fact]
    public async Task A_restart_of_every_part_takes_nothing_from_who_asked()
    {
        await using var called = await CalledSystem.StartAsync(edges: 2);
        var sale = await called.PausedSaleAsync(units: 2);
        var (_, browser) = await called.AskerAsync(sale);
        var (old, address) = await called.MailAskerAsync(sale);

        await called.System.RestartAsync();
        await called.ResumeAsync(sale);

        await browser.HearsAsync("turn");
        var mail = await called.Mail.NextAsync(address, 2);
        await called.System.RestartAsync();
        using var clicked = await new LinkOpener(called.System.Edge).ClickAsync(mail.Link);
        var shopper = new Shopper(called.System.Edge, sale) { Ticket = LinkOpener.TicketOf(clicked, sale) };
        await shopper.IsAdmittedAsync();
        Assert.Equal((409, "placeMoved"), await OnAnyEdgeAsync(called, sale, old));
    }

    [Fact]
    public async Task After_a_loss_of_Redis_a_place_that_has_moved_is_still_where_it_moved_to()
    {
        await using var called = await CalledSystem.StartAsync(edges: 2);
        // A waiting room that knows nothing of the line keeps units back for as long as one may be promised.
        var sale = await called.PausedSaleAsync(units: 1, claimSeconds: 5);
        var (old, address) = await called.MailAskerAsync(sale);
        await called.RedisAsync(async redis => await redis.ScriptEvaluateAsync(LoseAll));
        var mail = await called.Mail.NextAsync(address, 2);
        Assert.Equal("Please come back to the line · A phone", mail.Subject);
        var opener = new LinkOpener(called.System.Edge);
        using var clicked = await opener.ClickAsync(mail.Link);
        var shopper = new Shopper(called.System.Edge, sale) { Ticket = LinkOpener.TicketOf(clicked, sale) };
        Assert.Equal(1, (await shopper.PollAsync(TestContext.Current.CancellationToken)).Require().Number);
        Assert.Equal((409, "placeMoved"), await OnAnyEdgeAsync(called, sale, old));

        await called.RedisAsync(async redis => await redis.ScriptEvaluateAsync(LoseAll));
        // The edges are ended as well: nobody but the shopper's own ticket knows of it now.
        await called.System.RestartAsync();
        await called.ResumeAsync(sale);
        await shopper.IsAdmittedAsync();

        Assert.Equal((409, "placeMoved"), await OnAnyEdgeAsync(called, sale, old));
        using var again = await opener.ClickAsync(mail.Link);
        Assert.Equal(410, (int)again.StatusCode);
    }

    /// <summary>What every edge says of a ticket, once all say the same.</summary>
    private static async Task<(int Status, string? Problem)> OnAnyEdgeAsync(CalledSystem called, string sale, Shopper shopper)
    {
        var answers = new HashSet<(int, string?)>();
        await WaitFor.TrueAsync(async () =>
        {
            answers.Clear();
            foreach (var url in called.System.EdgeUrls)
            {
                using var edge = new HttpClient { BaseAddress = new Uri(url) };
                var answer = await new Shopper(edge, sale) { Ticket = shopper.Ticket }
                    .PollAsync(TestContext.Current.CancellationToken);
                answers.Add((answer.Status, answer.Problem));
            }

            return answers.Count == 1 && answers.Single().Item1 == 409;
        }, "all edges say the same");
        return answers.Single();
    }
}

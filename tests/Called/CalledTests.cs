using FlashSale.Contract;
using FlashSale.Gateway.Called;
using FlashSale.LoadTest.Clients;
using FlashSale.Queue;
using FlashSale.Tests.Support;

using Microsoft.Extensions.DependencyInjection;

using Xunit;

namespace FlashSale.Tests.Called;

/// <summary>
/// Who asked to be called is called: at the turn, when passed over, and before by forecast; and nobody else is.
/// </summary>
public sealed class CalledTests(CalledSystem called) : IClassFixture<CalledSystem>
{
    /// <summary>Of whom it is measured what is kept of each.</summary>
    private const int Asked = 300;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Who_asked_is_called_at_the_turn_once_and_nothing_of_them_is_kept()
    {
        var sale = await called.PausedSaleAsync();
        var (shopper, browser) = await called.AskerAsync(sale);

        await called.ResumeAsync(sale);

        await browser.HearsAsync("turn");
        var message = browser.Messages.Single();
        Assert.Equal(sale, message.GetProperty("sale").GetString());
        await shopper.IsAdmittedAsync();
        var told = (await shopper.PollAsync(Cancel)).Require();
        Assert.Equal(told.RedeemBy, message.GetProperty("until").GetDateTimeOffset());
        await WaitFor.TrueAsync(async () => (await called.KeptAsync(sale)).Length == 0, "nothing is kept");
        Assert.Equal((409, "notWaiting"), await called.AskAsync(sale, shopper, browser.Subscription));
        await shopper.HasAUnitInTheCartAsync();
        Assert.Equal((409, "notWaiting"), await RefusedAsync(sale, shopper, browser));
        Assert.Single(browser.Messages);
    }

    [Fact]
    public async Task Who_is_passed_over_is_called_at_once_goes_first_on_return_and_is_called_for_that_turn()
    {
        var sale = await called.PausedSaleAsync(presenceSeconds: CalledSystem.PresenceSeconds);
        var (sleeper, browser) = await called.AskerAsync(sale);
        var awake = await called.ComesBehindThoseAwayAsync(sale);

        await called.ResumeAsync(sale);
        await awake.IsAdmittedAsync();
        await browser.HearsAsync("passedOver");

        Assert.Equal("waiting", (await sleeper.PollAsync(Cancel)).Require().State);
        await awake.LeaveAsync(Cancel);
        await sleeper.IsAdmittedAsync();
        await browser.HearsAsync("passedOver", "turn");
    }

    /// <summary>What happened before they asked is not told any more: asking says it, or brings them back into line.</summary>
    [Fact]
    public async Task Who_asks_when_it_is_their_turn_is_told_so_at_once_and_who_was_passed_over_is_back_in_line_by_asking()
    {
        var sale = await called.PausedSaleAsync(presenceSeconds: CalledSystem.PresenceSeconds);
        var (sleeper, browser) = (called.System.Shopper(sale), called.Push.Subscribe());
        await sleeper.JoinsAsync();
        var awake = await called.ComesBehindThoseAwayAsync(sale);
        await called.ResumeAsync(sale);
        await awake.IsAdmittedAsync();
        Assert.Equal((409, "notWaiting"), await called.AskAsync(sale, awake, called.Push.Subscribe().Subscription));

        Assert.Equal((204, null), await called.AskAsync(sale, sleeper, browser.Subscription));
        await awake.LeaveAsync(Cancel);
        await browser.HearsAsync("turn");
    }

    [Fact]
    public async Task Who_changes_their_mind_twice_is_told_nothing_twice()
    {
        var sale = await called.PausedSaleAsync(presenceSeconds: CalledSystem.PresenceSeconds);
        var (sleeper, browser) = await called.AskerAsync(sale);
        var awake = await called.ComesBehindThoseAwayAsync(sale);
        await called.ResumeAsync(sale);
        await awake.IsAdmittedAsync();
        await browser.HearsAsync("passedOver");

        Assert.Equal((204, null), await called.SendAsync(HttpMethod.Delete, sale, sleeper, null));
        Assert.Empty(await called.KeptAsync(sale));
        Assert.Equal((204, null), await called.AskAsync(sale, sleeper, browser.Subscription));
        Assert.Equal("waiting", (await sleeper.PollAsync(Cancel)).Require().State);
        var (_, behind) = await called.AskerAsync(sale);
        var last = await called.ComesBehindThoseAwayAsync(sale);
        await awake.LeaveAsync(Cancel);
        await last.IsAdmittedAsync();

        // Passed over once more, both of them: the one behind is told, and after the other would have been.
        await behind.HearsAsync("passedOver");
        Assert.Equal("waiting", (await sleeper.PollAsync(Cancel)).Require().State);
        await last.LeaveAsync(Cancel);
        await sleeper.IsAdmittedAsync();
        await browser.HearsAsync("passedOver", "turn");
    }

    [Fact]
    public async Task Who_left_claimed_or_changed_their_mind_is_not_called()
    {
        var sale = await called.PausedSaleAsync(units: 3);
        var (left, first) = await called.AskerAsync(sale);
        var (changed, second) = await called.AskerAsync(sale);
        var (_, third) = await called.AskerAsync(sale);
        await left.LeaveAsync(Cancel);
        Assert.Equal((204, null), await called.SendAsync(HttpMethod.Delete, sale, changed, null));

        await called.ResumeAsync(sale);

        // Turns are told in the order of calling: the others would have been before.
        await third.HearsAsync("turn");
        Assert.Empty(first.Messages);
        Assert.Empty(second.Messages);
        await WaitFor.TrueAsync(async () => (await called.KeptAsync(sale)).Length == 0, "nothing is kept");
    }

    [Fact]
    public async Task What_is_kept_is_sealed_costs_400_bytes_at_the_most_and_ends_with_the_sale()
    {
        var sale = await called.PausedSaleAsync();
        var (shopper, browsers) = (called.System.Shopper(sale), new List<LocalBrowser>());
        await shopper.JoinsAsync();
        for (var i = 0; i < Asked; i++) browsers.Add((await called.AskerAsync(sale)).Browser);

        var kept = await called.KeptAsync(sale);
        Assert.Equal(Asked, kept.Length);
        var bytes = kept.SelectMany(one => (byte[])one.Value!).ToArray();
        Assert.All(browsers, browser =>
        {
            Assert.Equal(-1, bytes.AsSpan().IndexOf(System.Text.Encoding.ASCII.GetBytes(browser.Endpoint[^20..])));
            Assert.Equal(-1, bytes.AsSpan().IndexOf(browser.Point.AsSpan(1, 16)));
        });
        Assert.InRange(await BytesEachAsync(sale), 1, 400);

        var now = Wire.Format(TimeProvider.System.GetUtcNow());
        await called.System.Operators.PatchSaleAsync(sale, new { endsAt = now }, Cancel);
        await WaitFor.TrueAsync(async () => (await called.KeptAsync(sale)).Length == 0, "nothing is kept");
        // It is still paused: nobody says that it has ended but the clock.
        Assert.Equal((409, "notWaiting"), await called.AskAsync(sale, shopper, called.Push.Subscribe().Subscription));
        Assert.Empty(await called.KeptAsync(sale));
    }

    [Fact]
    public async Task What_is_kept_of_a_browser_with_the_longest_address_costs_720_bytes_at_the_most()
    {
        var (sale, random) = (await called.PausedSaleAsync(), new Random(1));
        for (var i = 0; i < Asked; i++)
        {
            var shopper = called.System.Shopper(sale);
            await shopper.JoinsAsync();
            Assert.Equal((204, null), await called.AskAsync(sale, shopper, new LocalBrowser(LongestEndpoint(random)).Subscription));
        }

        var kept = await called.KeptAsync(sale);
        Assert.Equal(Asked, kept.Length);
        // And in clear what they were told, and where they are.
        Assert.All(kept, one => Assert.InRange(one.Value.Length(), SubscriptionSeal.MaxPushBytes, SubscriptionSeal.MaxPushBytes + 5));
        Assert.InRange(await BytesEachAsync(sale), 1, 720);
    }

    /// <summary>As long as what is kept of it may be: of characters drawn by chance, which compress as little as any.</summary>
    private string LongestEndpoint(Random random)
    {
        var seal = new SubscriptionSeal("k1:" + Convert.ToBase64String(new byte[32]));
        var start = called.Push.Subscribe().Endpoint[..^100];
        var endpoint = start + new string(random.GetItems(
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~!$&'()*+,;=:@".AsSpan(),
            Subscription.MaxEndpoint - start.Length));
        while (seal.Seal(SaleId.Parse("any"), new Place(1, 1), new Subscription(endpoint, new byte[65], new byte[16]), 0) is null)
            endpoint = endpoint[..^1];
        return endpoint;
    }

    /// <summary>What Redis takes for each of those who asked, its own overhead included.</summary>
    private async Task<double> BytesEachAsync(string sale)
    {
        var used = await called.RedisAsync(async redis =>
            (long)await redis.ExecuteAsync("MEMORY", "USAGE", $"fs:{{{sale}}}:asked", "SAMPLES", "0"));
        TestContext.Current.TestOutputHelper?.WriteLine($"{(double)used / Asked:0} bytes a shopper");
        return (double)used / Asked;
    }

    [Theory]
    [InlineData("https://push.elsewhere.example/x")] // Nobody's push service.
    [InlineData("http://127.0.0.2/x")] // This machine, and not the one that is allowed.
    [InlineData("http://127.0.0.1/x\r\nHost: inside")]
    [InlineData("http://user@127.0.0.1/x")]
    [InlineData("https://10.0.0.1/x")]
    [InlineData("ftp://127.0.0.1/x")]
    [InlineData("")]
    public async Task An_endpoint_that_is_of_no_push_service_is_refused(string endpoint)
    {
        var sale = await called.PausedSaleAsync();
        var shopper = called.System.Shopper(sale);
        await shopper.JoinsAsync();

        Assert.Equal((400, "malformed"), await called.AskAsync(
            sale, shopper, new { endpoint, keys = new { p256dh = "x", auth = "y" } }));
        var browser = new LocalBrowser(endpoint);
        Assert.Equal((400, "malformed"), await called.AskAsync(sale, shopper, browser.Subscription));
        Assert.Empty(await called.KeptAsync(sale));
    }

    [Fact]
    public async Task Keys_that_are_none_are_refused()
    {
        var sale = await called.PausedSaleAsync();
        var shopper = called.System.Shopper(sale);
        await shopper.JoinsAsync();

        foreach (var key in new[] { "x", "", "====", new string('A', 87), new string('é', 87) })
            Assert.Equal((400, "malformed"), await called.AskAsync(
                sale, shopper, new { endpoint = called.Push.Subscribe().Endpoint, keys = new { p256dh = key, auth = key } }));
    }

    [Fact]
    public async Task Only_the_holder_of_a_ticket_asks_for_its_place()
    {
        var sale = await called.PausedSaleAsync();
        var stranger = new Shopper(called.System.Edge, sale) { Ticket = "forged" };

        var browser = called.Push.Subscribe();
        Assert.Equal((401, "ticketInvalid"), await called.AskAsync(sale, stranger, browser.Subscription));
        Assert.Equal((401, "ticketInvalid"), await called.SendAsync(HttpMethod.Delete, sale, stranger, null));
    }

    [Fact]
    public async Task Where_nobody_is_called_nothing_of_it_is_there()
    {
        var system = await TestSystem.SharedAsync();
        Assert.Null(system.Service("gateway").Services.GetService<Sleepers>());
        foreach (var (method, path) in new[]
        {
            (HttpMethod.Put, "/sales/any/ticket/push"), (HttpMethod.Delete, "/sales/any/ticket/push"),
            (HttpMethod.Get, "/called-worker.js"),
        })
        {
            using var request = new HttpRequestMessage(method, path);
            using var answer = await system.Edge.SendAsync(request, Cancel);
            Assert.Equal(404, (int)answer.StatusCode);
        }
    }

    private async Task<(int Status, string? Code)> RefusedAsync(string sale, Shopper shopper, LocalBrowser browser)
    {
        (int Status, string? Code) answer = default;
        await WaitFor.TrueAsync(async () =>
        {
            answer = await called.AskAsync(sale, shopper, browser.Subscription);
            return answer.Status != 204;
        }, "the ledger's word is heard");
        return answer;
    }
}

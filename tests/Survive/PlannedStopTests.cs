using System.Net;

using FlashSale.Tests.Support;

using Xunit;

namespace FlashSale.Tests.Survive;

public sealed class PlannedStopTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_checkout_that_is_stopped_while_shoppers_buy_drops_no_request()
    {
        await using var system = await TestSystem.StartAsync(checkouts: 2);
        var sale = await system.SaleAsync(TestSystem.SaleOf(40));
        var stopping = Task.CompletedTask;
        var shopping = new List<Task>();
        for (var i = 0; i < 40; i++)
        {
            // Claiming, reserving and paying are asked once each, and must be answered.
            var shopper = system.Shopper(sale);
            await shopper.JoinsAsync();
            shopping.Add(shopper.BuysAsync());
            if (i == 15) stopping = system.StopAsync(system.CheckoutUrls[0]);
            await Task.Delay(100, Cancel);
        }

        await Task.WhenAll(shopping);
        await stopping;
        await system.AuditsAsync(sale, sold: 40);
    }

    [Fact]
    public async Task An_edge_that_is_stopped_answers_whoever_asks_until_nobody_does()
    {
        await using var system = await TestSystem.StartAsync(edges: 2);
        var sale = await system.SaleAsync();
        using var http = new HttpClient { BaseAddress = new Uri(system.EdgeUrls[1]) };

        // A load balancer: asks for readiness, and sends shoppers on as long as it is told yes.
        var isReady = true;
        var answered = new int[8];
        var shoppers = Enumerable.Range(0, answered.Length).Select(async shopper =>
        {
            while (Volatile.Read(ref isReady))
            {
                Assert.Equal(HttpStatusCode.OK, (await http.GetAsync($"/sales/{sale}", Cancel)).StatusCode);
                Interlocked.Increment(ref answered[shopper]);
            }
        }).ToList();
        await WaitFor.TrueAsync(
            () => Task.FromResult(shoppers.Exists(one => one.IsFaulted) || answered.All(count => count > 10)),
            "all are being served");
        var stopping = system.StopAsync(system.EdgeUrls[1]);
        await WaitFor.TrueAsync(
            async () => !(await http.GetAsync("/health/ready", Cancel)).IsSuccessStatusCode,
            "it says that it is about to stop");
        Volatile.Write(ref isReady, false);

        await Task.WhenAll(shoppers);
        Assert.False(stopping.IsCompleted);
        await stopping;
        await Assert.ThrowsAsync<HttpRequestException>(() => http.GetAsync("/health/ready", Cancel));
    }
}

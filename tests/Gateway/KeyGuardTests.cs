using System.Diagnostics;
using System.Net;

using Xunit;

namespace FlashSale.Tests.Gateway;

/// <summary>API keys at the edge: what only looks like one opens nothing, and wrong ones are counted and slowed.</summary>
public sealed class KeyGuardTests(EdgeFixture edge) : IClassFixture<EdgeFixture>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("fsk_x")]
    [InlineData("fsk_")]
    [InlineData("fsk_0123456789abcdefghijABCDEFGHIJ0123456789ab")]
    [InlineData("fsk_0123456789abcdefghijABCDEFGHIJ0123456789abcd")]
    [InlineData("fsk_0123456789abcdefghijABCDEFGHIJ0123456789ab=")]
    [InlineData("fsk_0123456789abcdefghijABCDEFGHIJ0123456789ab/")]
    public async Task What_can_be_no_key_reaches_no_upstream(string key)
    {
        var sale = await edge.SaleAsync();
        var (_, url) = await edge.StartEdgeAsync();
        using var client = Client(url, key);
        foreach (var path in new[] { $"/sales/{sale.Id}/reservations", $"/reservations/{sale.Id}_{new string('0', 32)}/confirm" })
            Assert.Equal("apiKeyInvalid", await EdgeFixture.CodeAsync(await client.PostAsync(path, null, Cancel)));
        Assert.Equal("admissionRequired", await EdgeFixture.CodeAsync(await client.GetAsync($"/shop/{sale.Id}/cart", Cancel)));
        Assert.DoesNotContain(edge.Checkout.Reached, reached => reached.Contains(sale.Id.Value, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("fsk_x")]
    [InlineData("fsk_wrongwrongwrongwrongwrongwrongwrongwrongwro")]
    public async Task A_wrong_key_switches_no_limit_off(string key)
    {
        var sale = await edge.SaleAsync();
        var (_, url) = await edge.StartEdgeAsync(Bucket.Limit("Other"));
        using var client = Client(url, key);
        await Bucket.OverflowsAsync(_ => client.PostAsync($"/sales/{sale.Id}/reservations", null, Cancel));
    }

    [Fact]
    public async Task Whose_keys_keep_turning_out_wrong_is_slowed_and_the_checkout_is_not_asked()
    {
        var sale = await edge.SaleAsync();
        var (_, url) = await edge.StartEdgeAsync("--RateLimits:WrongKeysBurst=5", "--RateLimits:OtherPerSecond=0");
        using var honest = Client(url, EchoCheckout.StorefrontKey);
        Assert.Equal(HttpStatusCode.OK, (await honest.PostAsync($"/sales/{sale.Id}/reservations", null, Cancel)).StatusCode);
        var time = Stopwatch.StartNew();
        for (var n = 0; n < 40; n++)
        {
            using var client = Client(url, $"fsk_wrong{n:d38}");
            await client.PostAsync($"/sales/{sale.Id}/reservations", null, Cancel);
        }
        var reached = edge.Checkout.Reached.Count(one => one.Contains(sale.Id.Value, StringComparison.Ordinal));
        Assert.InRange(reached, 6, 7 + (int)time.Elapsed.TotalSeconds); // 1 and 5, and one for each second that this took.
        // The same address's right key, which is known, is not kept waiting.
        Assert.Equal(HttpStatusCode.OK, (await honest.PostAsync($"/sales/{sale.Id}/reservations", null, Cancel)).StatusCode);
    }

    private static HttpClient Client(Uri url, string key)
    {
        var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = url };
        client.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", "Bearer " + key);
        return client;
    }
}

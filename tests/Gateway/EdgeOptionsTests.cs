using System.Globalization;
using System.Net;

using FlashSale.Contract;
using FlashSale.Tests.Support;

using Microsoft.Extensions.Options;

using Xunit;

namespace FlashSale.Tests.Gateway;

public sealed class EdgeOptionsTests(EdgeFixture edge) : IClassFixture<EdgeFixture>
{
    [Theory]
    [InlineData("Gateway:CheckoutUrl", "")]
    [InlineData("Gateway:CheckoutUrl", "http://a/b")]
    [InlineData("Gateway:WaitingRoomUrl", "ftp://a")]
    [InlineData("Gateway:PublicOrigin", "shop.example")]
    [InlineData("Gateway:TrustedProxies", "localhost")]
    [InlineData("RateLimits:JoinsPerSecond", "-1")]
    [InlineData("Service:Key", "short")]
    public async Task A_bad_setting_stops_the_start_and_is_named(string key, string value)
    {
        var error = await Assert.ThrowsAsync<OptionsValidationException>(() => edge.StartEdgeAsync($"--{key}={value}"));
        Assert.Contains(key.Split(':')[1], error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Joins_of_one_address_are_limited_and_told_when_to_come_again()
    {
        var sale = await edge.SaleAsync();
        var (limited, url) = await edge.StartEdgeAsync(Bucket.Limit("Joins"));
        // Without cookies: who shows a ticket is not counted against the address.
        using var client = new HttpClient(new SocketsHttpHandler { UseCookies = false }) { BaseAddress = url };
        var slowed = await Bucket.OverflowsAsync(_ => client.PostAsync($"/sales/{sale.Id}/ticket", null));
        Assert.True(slowed[0].Headers.RetryAfter!.Delta >= TimeSpan.FromSeconds(1));
        Assert.Equal("slowDown", await EdgeFixture.CodeAsync(slowed[0]));
        await limited.StopAsync();
    }

    [Theory]
    [InlineData("GET", "/line/{0}?returnUrl=%2Fshop", "Other")]
    [InlineData("DELETE", "/sales/{0}/ticket", "Other")]
    [InlineData("GET", "/shop/{0}", "Other")]
    [InlineData("GET", "/shop/{0}/cart", "Other")]
    [InlineData("POST", "/sales/{0}/reservations", "Other")]
    [InlineData("POST", "/sales/{0}/admission", "Claims")]
    public async Task One_address_asks_so_often_and_no_more(string method, string path, string kind) =>
        await AskAsync(method, path, kind, key: null, async ask =>
        {
            foreach (var answer in await Bucket.OverflowsAsync(ask)) Assert.Equal("slowDown", await EdgeFixture.CodeAsync(answer));
        });

    [Fact]
    public async Task Who_has_asked_too_often_may_ask_again_after_a_while()
    {
        var sale = await edge.SaleAsync();
        var (limited, url) = await edge.StartEdgeAsync("--RateLimits:OtherPerSecond=1", "--RateLimits:OtherBurst=3");
        using var client = edge.Client(url);
        async Task<bool> IsSlowedAsync() =>
            (await client.DeleteAsync($"/sales/{sale.Id}/ticket")).StatusCode == HttpStatusCode.TooManyRequests;

        await WaitFor.TrueAsync(IsSlowedAsync, "the bucket is empty");
        await WaitFor.TrueAsync(async () => !await IsSlowedAsync(), "there is something in it again");
        await limited.StopAsync();
    }

    [Theory]
    [InlineData("POST", "/sales/{0}/reservations", EchoCheckout.StorefrontKey)]
    [InlineData("POST", "/payments/webhooks", null)]
    [InlineData("GET", "/sales/{0}/ticket", null)]
    public async Task Servers_and_polls_are_not_counted_by_address(string method, string path, string? key) =>
        await AskAsync(method, path, "Other", key, Bucket.IsNotThereAsync);

    /// <summary>One client, where requests of a kind are limited.</summary>
    private async Task AskAsync(
        string method, string path, string kind, string? key, Func<Func<int, Task<HttpResponseMessage>>, Task> limit)
    {
        var sale = await edge.SaleAsync();
        var (limited, url) = await edge.StartEdgeAsync(Bucket.Limit(kind));
        using var client = new HttpClient(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false }) { BaseAddress = url };
        if (key is not null) client.DefaultRequestHeaders.Authorization = new("Bearer", key);
        var target = string.Format(CultureInfo.InvariantCulture, path, sale.Id);
        // A key counts as a server's once the checkout has taken it.
        if (key is not null) (await client.SendAsync(new HttpRequestMessage(new HttpMethod(method), target))).EnsureSuccessStatusCode();
        await limit(_ => client.SendAsync(new HttpRequestMessage(new HttpMethod(method), target)));
        await limited.StopAsync();
    }

    [Fact]
    public async Task A_clients_address_is_believed_only_from_a_trusted_proxy()
    {
        var sale = await edge.SaleAsync();
        foreach (var (trusted, believed) in new[] { ("127.0.0.1", true), ("10.0.0.1", false) })
        {
            var (some, url) = await edge.StartEdgeAsync([.. Bucket.Limit("Joins"), $"--Gateway:TrustedProxies={trusted}"]);
            // Without cookies: who shows a ticket is not counted against the address.
            using var client = new HttpClient(new SocketsHttpHandler { UseCookies = false }) { BaseAddress = url };
            if (believed) await Bucket.IsNotThereAsync(JoinAsync);
            else await Bucket.OverflowsAsync(JoinAsync);
            await some.StopAsync();

            async Task<HttpResponseMessage> JoinAsync(int visitor)
            {
                using var request = new HttpRequestMessage(HttpMethod.Post, $"/sales/{sale.Id}/ticket");
                request.Headers.Add("X-Forwarded-For", $"192.0.2.{visitor}");
                return await client.SendAsync(request);
            }
        }
    }

    [Theory]
    [InlineData("192.0.2.1", "::ffff:192.0.2.1", true)]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", true)]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:3::1", false)]
    [InlineData("192.0.2.1", "192.0.2.2", false)]
    public void A_client_is_an_address_or_its_ipv6_network(string one, string other, bool same) =>
        Assert.Equal(same, ClientAddress.Of(IPAddress.Parse(one)) == ClientAddress.Of(IPAddress.Parse(other)));
}

using System.Globalization;
using System.Net;

using FlashSale.Gateway.Edge;
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
        var (limited, url) = await edge.StartEdgeAsync("--RateLimits:JoinsPerSecond=1", "--RateLimits:JoinsBurst=3");
        using var client = edge.Client(url);
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => client.PostAsync($"/sales/{sale.Id}/ticket", null)));
        var slowed = answers.Where(answer => answer.StatusCode == HttpStatusCode.TooManyRequests).ToList();
        Assert.InRange(slowed.Count, 12, 17);
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
        Assert.InRange(await CountSlowedAsync(method, path, kind, key: null), 12, 17);

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
    [InlineData("POST", "/sales/{0}/reservations", "fsk_0123456789abcdef")]
    [InlineData("POST", "/payments/webhooks", null)]
    [InlineData("GET", "/sales/{0}/ticket", null)]
    public async Task Servers_and_polls_are_not_counted_by_address(string method, string path, string? key) =>
        Assert.Equal(0, await CountSlowedAsync(method, path, "Other", key));

    /// <summary>How many of 20 requests of one client are told to slow down, where 3 are allowed at once.</summary>
    private async Task<int> CountSlowedAsync(string method, string path, string kind, string? key)
    {
        var sale = await edge.SaleAsync();
        var (limited, url) = await edge.StartEdgeAsync($"--RateLimits:{kind}PerSecond=1", $"--RateLimits:{kind}Burst=3");
        using var client = new HttpClient(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false }) { BaseAddress = url };
        if (key is not null) client.DefaultRequestHeaders.Authorization = new("Bearer", key);
        var target = string.Format(CultureInfo.InvariantCulture, path, sale.Id);
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ =>
            client.SendAsync(new HttpRequestMessage(new HttpMethod(method), target))));
        var slowed = answers.Where(answer => answer.StatusCode == HttpStatusCode.TooManyRequests).ToList();
        foreach (var answer in slowed) Assert.Equal("slowDown", await EdgeFixture.CodeAsync(answer));
        await limited.StopAsync();
        return slowed.Count;
    }

    [Fact]
    public async Task A_clients_address_is_believed_only_from_a_trusted_proxy()
    {
        var sale = await edge.SaleAsync();
        foreach (var (trusted, passes) in new[] { ("127.0.0.1", 8), ("10.0.0.1", 1) })
        {
            var (some, url) = await edge.StartEdgeAsync(
                "--RateLimits:JoinsPerSecond=1", "--RateLimits:JoinsBurst=1", $"--Gateway:TrustedProxies={trusted}");
            // Without cookies: who shows a ticket is not counted against the address.
            using var client = new HttpClient(new SocketsHttpHandler { UseCookies = false }) { BaseAddress = url };
            var limited = 0;
            for (var i = 0; i < 8; i++)
            {
                using var request = new HttpRequestMessage(HttpMethod.Post, $"/sales/{sale.Id}/ticket");
                request.Headers.Add("X-Forwarded-For", $"192.0.2.{i}");
                if ((await client.SendAsync(request)).StatusCode == HttpStatusCode.TooManyRequests) limited++;
            }
            Assert.True(passes == 8 ? limited == 0 : limited > 0, $"{trusted}: {limited}");
            await some.StopAsync();
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

using System.Net;

using FlashSale.Gateway.Edge;

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
        Assert.Equal(same, RateLimits.Client(IPAddress.Parse(one)) == RateLimits.Client(IPAddress.Parse(other)));
}

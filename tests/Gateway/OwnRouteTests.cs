using System.Net;

using FlashSale.Tests.Support;

using Xunit;

namespace FlashSale.Tests.Gateway;

/// <summary>An operator's own route behind the edge (<c>ReverseProxy:Routes</c>).</summary>
public sealed class OwnRouteTests(EdgeFixture edge) : IClassFixture<EdgeFixture>
{
    private const string Route = "--ReverseProxy:Routes:mine";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("")]
    [InlineData("yes")]
    public async Task Is_counted_by_client_address_unless_it_says_not_to_be(string uncounted)
    {
        string[] metadata = uncounted.Length > 0 ? [$"{Route}:Metadata:FlashSale.Uncounted={uncounted}"] : [];
        using var client = await StartAsync([.. Bucket.Limit("Other"), .. metadata]);
        if (uncounted.Length > 0) await Bucket.IsNotThereAsync(AskAsync);
        else await Bucket.OverflowsAsync(AskAsync);

        async Task<HttpResponseMessage> AskAsync(int _)
        {
            var answer = await client.GetAsync("/mine/x", Cancel);
            Assert.True(answer.StatusCode is HttpStatusCode.OK or HttpStatusCode.TooManyRequests, $"{answer.StatusCode}");
            return answer;
        }
    }

    [Fact]
    public async Task Can_be_behind_the_gate_of_a_sale()
    {
        var sale = await edge.SaleAsync();
        using var client = await StartAsync([$"{Route}:Metadata:FlashSale.Sale={sale.Id}"]);
        await WaitFor.TrueAsync(async () => (await client.GetAsync("/health/ready", Cancel)).IsSuccessStatusCode, "the edge is ready");
        Assert.Equal("admissionRequired", await EdgeFixture.CodeAsync(await client.GetAsync("/mine/x", Cancel)));
    }

    [Fact]
    public async Task Is_shut_when_it_asks_for_users_of_whom_an_edge_knows_none()
    {
        using var client = await StartAsync([$"{Route}:AuthorizationPolicy=Default"]);
        var answer = await client.GetAsync("/mine/x", Cancel);
        Assert.Equal("unavailable", await EdgeFixture.CodeAsync(answer));
    }

    [Fact]
    public Task Cannot_name_a_limit_that_there_is_none_of() =>
        Assert.ThrowsAnyAsync<Exception>(() => StartAsync([$"{Route}:RateLimiterPolicy=other"]));

    private async Task<HttpClient> StartAsync(string[] settings)
    {
        var (_, url) = await edge.StartEdgeAsync([$"{Route}:ClusterId=checkout", $"{Route}:Match:Path=/mine/{{**rest}}", .. settings]);
        return edge.Client(url);
    }
}

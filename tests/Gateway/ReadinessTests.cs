using System.Net;
using System.Net.Http.Json;

using FlashSale.Gateway.Health;
using FlashSale.LoadTest.Chaos;
using FlashSale.Tests.Support;

using StackExchange.Redis;

using Xunit;

namespace FlashSale.Tests.Gateway;

public sealed class ReadinessTests(EdgeFixture edge) : IClassFixture<EdgeFixture>
{
    [Fact]
    public async Task Invariant8_An_edge_that_was_ready_stays_so_without_Redis_and_says_what_it_lacks()
    {
        var redis = (IPEndPoint)ConfigurationOptions.Parse(TestRedis.ConnectionString).EndPoints[0];
        await using var link = new FaultProxy(redis.Port);
        var (_, url) = await edge.StartEdgeAsync($"--Line:Redis=127.0.0.1:{link.Port}");
        using var client = edge.Client(url);
        await WaitFor.TrueAsync(async () => (await ReadAsync(client)).Body is { Ready: true, Degraded.Count: 0 }, "it is ready");

        link.Set(LinkState.Refusing);
        var now = await ReadAsync(client);
        await WaitFor.TrueAsync(async () => (now = await ReadAsync(client)).Body.Degraded.Count > 0, "it has lost the line");
        Assert.Equal(HttpStatusCode.OK, now.Status);
        Assert.True(now.Body.Ready);
        Assert.Empty(now.Body.Missing);
        Assert.Equal(["line"], now.Body.Degraded);

        link.Set(LinkState.Up);
        await WaitFor.TrueAsync(async () => (await ReadAsync(client)).Body.Degraded.Count == 0, "it has the line again");
    }

    private static async Task<(HttpStatusCode Status, EdgeReadiness Body)> ReadAsync(HttpClient client)
    {
        using var answer = await client.GetAsync("/health/ready");
        return (answer.StatusCode, (await answer.Content.ReadFromJsonAsync<EdgeReadiness>())!);
    }
}

using System.Net;

using FlashSale.Tests.Fuzz;

using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

using Xunit;

namespace FlashSale.Tests.Gateway;

/// <summary>HEAD and OPTIONS of every route of an edge.</summary>
public sealed class RouteMethodTests(EdgeFixture edge) : IClassFixture<EdgeFixture>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("text/html")]
    [InlineData("*/*")]
    public async Task Head_answers_what_get_would_without_a_body(string accept)
    {
        var sale = await edge.SaleAsync();
        using var client = edge.Client();
        await EdgeFixture.JoinAsync(client, sale);
        string[] proxied = ["/", $"/shop/{sale.Id}", $"/shop/{sale.Id}/cart", "/favicon.ico", "/nothing", "/line/no-such-sale"];
        var own = OwnRoutes("GET", sale.Id.Value);
        Assert.Contains("/health/live", own);
        foreach (var path in own.Concat(proxied))
        {
            var get = await SendAsync(client, HttpMethod.Get, path, accept);
            var head = await SendAsync(client, HttpMethod.Head, path, accept);
            Assert.Equal((path, get.StatusCode), (path, head.StatusCode));
            Assert.Equal(get.Content.Headers.ContentType?.ToString(), head.Content.Headers.ContentType?.ToString());
            Assert.Equal(get.Headers.Location, head.Headers.Location);
            Assert.Empty(await head.Content.ReadAsByteArrayAsync(Cancel));
        }
    }

    [Fact]
    public async Task A_head_ends_with_its_head_and_the_upstream_is_asked_for_no_more()
    {
        var raw = $"HEAD /shop/x HTTP/1.1\r\nHost: {edge.Url.Authority}\r\nConnection: close\r\n\r\n";
        var answer = await RawConnection.AskAsync(edge.Url, new HostileRequest(System.Text.Encoding.ASCII.GetBytes(raw), true, "HEAD"));
        Assert.StartsWith("HTTP/1.1 200", answer, StringComparison.Ordinal);
        Assert.EndsWith("\r\n\r\n", answer, StringComparison.Ordinal);
        Assert.Contains("HEAD /shop/x", edge.Checkout.Reached);
    }

    [Fact]
    public async Task Options_tells_the_methods_of_every_own_route()
    {
        var sale = await edge.SaleAsync();
        using var client = edge.Client();
        foreach (var path in OwnRoutes("GET", sale.Id.Value).Concat(OwnRoutes("POST", sale.Id.Value)))
        {
            var answer = await SendAsync(client, HttpMethod.Options, path, "*/*");
            Assert.Equal((path, HttpStatusCode.NoContent), (path, answer.StatusCode));
            Assert.Contains("OPTIONS", answer.Content.Headers.Allow);
        }
        var ticket = await SendAsync(client, HttpMethod.Options, $"/sales/{sale.Id}/ticket", "*/*");
        Assert.Equal(["DELETE", "GET", "HEAD", "OPTIONS", "POST"], ticket.Content.Headers.Allow);
        Assert.Equal("notFound", await EdgeFixture.CodeAsync(await SendAsync(client, HttpMethod.Options, "/nothing", "*/*")));
        Assert.Equal("notFound", await EdgeFixture.CodeAsync(await SendAsync(client, HttpMethod.Put, "/health/live", "*/*")));
    }

    /// <summary>Parts of the addresses that the checkout answers.</summary>
    private static readonly string[] s_proxied = ["confirm", "refund", "webhooks"];

    private List<string> OwnRoutes(string method, string sale) =>
    [
        .. edge.Edge.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(route => route.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods.Contains(method) is true)
            .Select(route => "/" + route.RoutePattern.RawText!.TrimStart('/'))
            .Where(path => !s_proxied.Any(proxied => path.Contains(proxied, StringComparison.Ordinal)))
            .Select(path => path.Replace("{sale}", sale, StringComparison.Ordinal)
                .Replace("{documentName:regex(^edge$)}", "edge", StringComparison.Ordinal)),
    ];

    private static async Task<HttpResponseMessage> SendAsync(HttpClient client, HttpMethod method, string path, string accept)
    {
        using var request = new HttpRequestMessage(method, path);
        request.Headers.Accept.ParseAdd(accept);
        return await client.SendAsync(request, Cancel);
    }
}

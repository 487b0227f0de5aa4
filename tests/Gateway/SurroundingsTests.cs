using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;

using FlashSale.Tests.Fuzz;
using FlashSale.Tests.Support;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;

using Xunit;

namespace FlashSale.Tests.Gateway;

/// <summary>What stands before and behind an edge: connections, framing, hosts, proxies, WebSockets.</summary>
public sealed class SurroundingsTests(EdgeFixture edge) : IClassFixture<EdgeFixture>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("GET", "")]
    [InlineData("POST", "")]
    [InlineData("POST", "a b")]
    [InlineData("POST", "[::")]
    [InlineData("POST", "x:y")]
    public async Task A_host_that_is_none_is_no_fault(string method, string host)
    {
        var sale = await edge.SaleAsync();
        var (hostile, url) = await HostileEdge.StartAsync(edge);
        using var faults = new UnexpectedFaults(hostile);
        foreach (var version in new[] { "1.0", "1.1" })
        {
            var form = method == "POST" ? "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 10\r\nOrigin: http://x\r\n" : "";
            var text = $"{method} /line/{sale.Id}?returnUrl=http:///x HTTP/{version}\r\nHost: {host}\r\n{form}Connection: close\r\n\r\n"
                + (method == "POST" ? "action=join" : "");
            var answer = await RawConnection.AskAsync(url, new HostileRequest(Encoding.ASCII.GetBytes(text), true, host));
            Assert.Matches("^HTTP/1.1 [234]", answer);
        }
        Assert.Empty(faults.Seen);
        await hostile.StopAsync(Cancel);
    }

    [Theory]
    [InlineData("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n")]
    [InlineData("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n")]
    [InlineData("Transfer-Encoding: gzip, chunked\r\n")]
    [InlineData("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n")]
    public async Task A_length_and_chunks_are_refused_and_the_connection_with_them(string framing)
    {
        var text = $"POST /shop/x HTTP/1.1\r\nHost: {edge.Url.Authority}\r\n{framing}\r\n0\r\n\r\nGET /shop/hidden HTTP/1.1\r\nHost: x\r\n\r\n";
        var answer = await RawConnection.AskAsync(edge.Url, new HostileRequest(Encoding.ASCII.GetBytes(text), true, "both"));
        Assert.StartsWith("HTTP/1.1 400", answer, StringComparison.Ordinal);
        Assert.Contains("Connection: close", answer, StringComparison.Ordinal);
        Assert.DoesNotContain(edge.Checkout.Reached, reached => reached.Contains("hidden", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Cookies_are_secure_where_the_public_origin_is_https()
    {
        var sale = await edge.SaleAsync();
        var (_, url) = await edge.StartEdgeAsync("--Gateway:PublicOrigin=https://line.example");
        using var client = edge.Client(url);
        await WaitFor.TrueAsync(async () => (await client.GetAsync("/health/ready", Cancel)).IsSuccessStatusCode, "the edge is ready");
        var joined = await client.PostAsync($"/sales/{sale.Id}/ticket", null, Cancel);
        Assert.Equal(HttpStatusCode.Created, joined.StatusCode);
        Assert.All(joined.Headers.GetValues("Set-Cookie"), cookie => Assert.Contains("; secure", cookie, StringComparison.Ordinal));
    }

    [Fact]
    public async Task One_address_cannot_hold_all_connections()
    {
        const int Share = 5;
        var (_, url) = await edge.StartEdgeAsync($"--Gateway:MaxConnectionsPerAddress={Share}");
        var idle = Enumerable.Range(0, Share).Select(_ => Connect(url, "127.0.0.1")).ToList();
        using var late = Connect(url, "127.0.0.1");
        await WaitFor.TrueAsync(() => Task.FromResult(IsClosed(late)), "one more is closed");
        using var other = Connect(url, "127.0.0.2");
        await other.SendAsync(Encoding.ASCII.GetBytes($"GET /health/live HTTP/1.1\r\nHost: {url.Authority}\r\n\r\n"), Cancel);
        var answer = new byte[12];
        await other.ReceiveAsync(answer, Cancel);
        Assert.Equal("HTTP/1.1 200", Encoding.ASCII.GetString(answer));
        foreach (var socket in idle) socket.Dispose();
        await WaitFor.TrueAsync(async () =>
        {
            using var client = edge.Client(url);
            try
            {
                return (await client.GetAsync("/health/live", Cancel)).IsSuccessStatusCode;
            }
            catch (HttpRequestException)
            {
                return false;
            }
        }, "the first address's share is free again");
    }

    [Theory]
    [InlineData("city=M\u00c3\u00bcnchen")] // As UTF-8, which is what a script writes.
    [InlineData("city=M\u00fcnchen")] // As Latin-1, which is what some servers write.
    [InlineData("a=\u00ff\u00fe; b=\u00c0\u0080; c=\u0085")]
    public async Task Bytes_of_a_header_go_to_the_upstream_and_come_from_it_as_they_are(string cookie)
    {
        using var client = new HttpClient(new SocketsHttpHandler
        {
            UseCookies = false,
            RequestHeaderEncodingSelector = (_, _) => Encoding.Latin1,
        });
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(edge.Url, "/shop/x"));
        request.Headers.TryAddWithoutValidation("Cookie", cookie);
        request.Headers.TryAddWithoutValidation("Referer", $"https://shop.example/?{cookie}");
        using var answer = await client.SendAsync(request, Cancel);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(cookie, answer.Headers.GetValues("X-Cookie").Single());
        var echo = await answer.Content.ReadFromJsonAsync<JsonElement>(Cancel);
        Assert.Equal((cookie, $"https://shop.example/?{cookie}"), (EchoCheckout.Header(echo, "Cookie"), EchoCheckout.Header(echo, "Referer")));
    }

    [Fact]
    public async Task An_operators_own_route_may_be_a_web_socket()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        await using var upstream = builder.Build();
        upstream.UseWebSockets();
        upstream.MapGet("/mine/ws", async (Microsoft.AspNetCore.Http.HttpContext context) =>
        {
            using var accepted = await context.WebSockets.AcceptWebSocketAsync();
            var buffer = new byte[100];
            var got = await accepted.ReceiveAsync(buffer.AsMemory(), Cancel);
            await accepted.SendAsync(buffer.AsMemory(0, got.Count), WebSocketMessageType.Text, true, Cancel);
        });
        await upstream.StartAsync(Cancel);
        var (_, url) = await edge.StartEdgeAsync(
            "--ReverseProxy:Routes:mine:ClusterId=shop", "--ReverseProxy:Routes:mine:Match:Path=/mine/{**rest}",
            $"--ReverseProxy:Clusters:shop:Destinations:one:Address={upstream.Urls.Single()}");
        using var socket = new ClientWebSocket();
        await socket.ConnectAsync(new Uri($"ws://{url.Authority}/mine/ws"), Cancel);
        await socket.SendAsync("hello"u8.ToArray(), WebSocketMessageType.Text, true, Cancel);
        var echo = new byte[100];
        var read = await socket.ReceiveAsync(echo, Cancel);
        Assert.Equal("hello", Encoding.UTF8.GetString(echo, 0, read.Count));
    }

    private static Socket Connect(Uri url, string from)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Parse(from), 0));
        socket.Connect(url.Host, url.Port);
        return socket;
    }

    private static bool IsClosed(Socket socket)
    {
        try
        {
            return socket.Poll(0, SelectMode.SelectRead) && socket.Receive(stackalloc byte[1]) == 0;
        }
        catch (SocketException)
        {
            return true;
        }
    }
}

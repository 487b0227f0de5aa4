using System.Diagnostics;
using System.Net.Sockets;
using System.Text;

using FlashSale.Tests.Gateway;

using Xunit;

namespace FlashSale.Tests.Fuzz;

public sealed class EndlessRequestTests(EdgeFixture fixture) : IClassFixture<EdgeFixture>
{
    /// <summary>A slow one gets some seconds; nobody gets this long.</summary>
    private static readonly TimeSpan s_endless = TimeSpan.FromSeconds(90);

    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\n", "X: y\r\n")] // Headers that never end.
    [InlineData("POST /payments/webhooks HTTP/1.1\r\nHost: a\r\nContent-Length: 8000\r\n\r\n", "x")] // A body that trickles.
    [InlineData("POST /payments/webhooks HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n", "1\r\nx\r\n")]
    public async Task A_request_that_never_ends_is_ended(string begin, string more)
    {
        var (edge, url) = await HostileEdge.StartAsync(fixture, "--Gateway:IdleSeconds=2");
        using var faults = new UnexpectedFaults(edge);
        using var client = new TcpClient();
        await client.ConnectAsync(url.Host, url.Port);
        var stream = client.GetStream();
        var started = Stopwatch.GetTimestamp();
        var reading = stream.ReadAsync(new byte[4096]).AsTask();
        try
        {
            await stream.WriteAsync(Encoding.ASCII.GetBytes(begin));
            while (!reading.IsCompleted && Stopwatch.GetElapsedTime(started) < s_endless)
            {
                await stream.WriteAsync(Encoding.ASCII.GetBytes(more));
                await Task.Delay(100);
            }
        }
        catch (IOException)
        {
            // It was ended while we wrote.
        }

        Assert.InRange(Stopwatch.GetElapsedTime(started), TimeSpan.FromSeconds(1), s_endless);
        Assert.Empty(faults.Seen);
    }
}

using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;

using FlashSale.Tests.Gateway;
using FlashSale.Tests.Support;

using Microsoft.AspNetCore.Builder;

using Xunit;

namespace FlashSale.Tests.Fuzz;

/// <summary>
/// Hostile requests at a real edge. FLASHSALE_FUZZ_REQUESTS sends more than the default; FLASHSALE_FUZZ_SEED others.
/// </summary>
/// <remarks>Alone: it measures the growth of the process that the edge shares with it.</remarks>
[Collection(Alone.Name)]
public sealed partial class EdgeFuzzTests(EdgeFixture fixture) : IClassFixture<EdgeFixture>
{
    private const int Parallel = 16;
    private const int IdleConnections = 10_000;

    /// <summary>Caches and pools fill; a leak of a kilobyte a request would be ten times this at 200,000.</summary>
    private const long MostGrowthBytes = 48 * 1024 * 1024;

    /// <summary>A full buffer stays full; a busy edge takes something sooner.</summary>
    private static readonly TimeSpan s_nothingMoves = TimeSpan.FromSeconds(1);

    private static int Requests => Number("FLASHSALE_FUZZ_REQUESTS", 20_000);

    private static int Seed => Number("FLASHSALE_FUZZ_SEED", 7);

    [Fact]
    public async Task Invariant8_No_request_passes_the_gate_breaks_the_edge_or_makes_it_hang()
    {
        var (edge, url) = await StartAsync();
        using var faults = new UnexpectedFaults(edge);
        var (sale, other) = (await fixture.SaleAsync(), await fixture.SaleAsync());
        var requests = new HostileRequests(Seed, sale.Id.Value, url.Authority, fixture.WaitingRoom.Sign(new(other.Id.Value)));
        var wrong = new ConcurrentQueue<string>();
        var statuses = new ConcurrentDictionary<string, int>();
        var unavailable = new ConcurrentQueue<string>();

        // The first tenth warms up what may grow: pools, caches, compiled code.
        await SendAsync(0, Requests / 10);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        await SendAsync(Requests / 10, Requests);
        var growth = GC.GetTotalMemory(forceFullCollection: true) - before;
        using var client = fixture.Client(url);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync($"/sales/{sale.Id}")).StatusCode);

        // What was still under way when its client went away ends here, so all that can reach the checkout has.
        await edge.StopAsync();
        if (GuardedThatWasReached() is { } late) wrong.Enqueue($"a request of seed {Seed} {late}");
        Assert.True(wrong.IsEmpty, string.Join('\n', wrong.Take(20)));
        Assert.Empty(faults.Seen);
        Assert.InRange(growth, long.MinValue, MostGrowthBytes);
        TestContext.Current.SendDiagnosticMessage("503: {0}", string.Join('\n', unavailable.Take(40)));
        TestContext.Current.SendDiagnosticMessage("{0}", string.Join(", ",
            statuses.OrderByDescending(pair => pair.Value).Select(pair => $"{pair.Value} × {pair.Key}")));

        Task SendAsync(int from, int to) => System.Threading.Tasks.Parallel.ForAsync(
            from, to, new ParallelOptions { MaxDegreeOfParallelism = Parallel }, async (number, _) =>
            {
                var request = requests.Make(number);
                try
                {
                    var answer = await RawConnection.AskAsync(url, request);
                    var status = answer.Length < 12 ? "none" : answer[9..12];
                    statuses.AddOrUpdate(status, 1, (_, count) => count + 1);
                    if (status == "503") unavailable.Enqueue($"{request.What} {answer[^Math.Min(answer.Length, 120)..]}");
                    if (Judge(status, answer) is { } fault) wrong.Enqueue($"request {number} of seed {Seed}, {request.What}: {fault}");
                }
                catch (TimeoutException error)
                {
                    wrong.Enqueue($"request {number} of seed {Seed}, {request.What}: {error.Message}");
                }
            });
    }

    [Fact]
    public async Task Ten_thousand_idle_connections_are_bounded_and_cost_nobody_else_an_answer()
    {
        const int Most = 2_000;
        var (_, url) = await StartAsync($"--Gateway:MaxConnections={Most}", "--Gateway:IdleSeconds=3");
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var idle = new ConcurrentBag<Socket>();
        var refused = 0;
        try
        {
            await System.Threading.Tasks.Parallel.ForAsync(0, IdleConnections, async (_, _) =>
            {
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
                try
                {
                    await socket.ConnectAsync(url.Host, url.Port);
                    idle.Add(socket);
                }
                catch (SocketException)
                {
                    // Turned away before the client knew that it had come in.
                    socket.Dispose();
                    Interlocked.Increment(ref refused);
                }
            });

            // More than the most are turned away, and who says nothing is sent away: then shoppers get in again.
            await WaitFor.TrueAsync(() => Task.FromResult(refused + idle.Count(IsClosed) >= IdleConnections - Most), "the rest is refused");
            using var client = fixture.Client(url);
            await WaitFor.TrueAsync(async () =>
            {
                try
                {
                    return (await client.GetAsync("/health/ready")).IsSuccessStatusCode;
                }
                catch (Exception error) when (error is HttpRequestException or SocketException)
                {
                    return false;
                }
            }, "a shopper is answered");
            await WaitFor.TrueAsync(() => Task.FromResult(idle.All(IsClosed)), "every idle connection is closed");
            Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, MostGrowthBytes);
        }
        finally
        {
            foreach (var socket in idle) socket.Dispose();
        }
    }

    [Fact]
    public async Task Those_who_ask_and_never_read_the_answers_cost_a_bounded_memory_and_nobody_else_an_answer()
    {
        const int Readers = 100;
        var (edge, url) = await StartAsync();
        using var faults = new UnexpectedFaults(edge);
        var asking = Encoding.ASCII.GetBytes(string.Concat(
            Enumerable.Repeat($"GET /nothing HTTP/1.1\r\nHost: {url.Authority}\r\n\r\n", 100)));
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var readers = Enumerable.Range(0, Readers)
            .Select(_ => new Socket(SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 4096 }).ToList();
        await Task.WhenAll(readers.Select(reader => AskUntilNothingMovesAsync(reader, url, asking)));

        using var client = fixture.Client(url);
        Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync("/nothing")).StatusCode);
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, MostGrowthBytes);
        foreach (var reader in readers) reader.Dispose();
        Assert.Empty(faults.Seen);
    }

    private static async Task AskUntilNothingMovesAsync(Socket reader, Uri url, byte[] asking)
    {
        await reader.ConnectAsync(url.Host, url.Port);
        while (true)
        {
            using var patience = new CancellationTokenSource(s_nothingMoves);
            try
            {
                await reader.SendAsync(asking, patience.Token);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private Task<(WebApplication Edge, Uri Url)> StartAsync(params string[] settings) => HostileEdge.StartAsync(fixture, settings);

    /// <summary>What is wrong with the answer, or with what has reached the checkout meanwhile.</summary>
    private string? Judge(string status, string answer)
    {
        // 505 is the server's own word for a version that it does not speak; no code of ours has run.
        if (status[0] == '5' && status is not ("503" or "505")) return $"answered {status}";
        if (SpoofedHeader().IsMatch(answer)) return "a spoofed header came through";
        return GuardedThatWasReached() is { } reached ? $"(or one of those beside it) {reached}" : null;
    }

    private string? GuardedThatWasReached()
    {
        while (fixture.Checkout.Reached.TryDequeue(out var reached))
            if (Guarded().IsMatch(reached)) return $"reached the checkout as {reached}";
        return null;
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

    private static int Number(string name, int otherwise) =>
        Environment.GetEnvironmentVariable(name) is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;

    /// <summary>Among the headers that the checkout says it was sent; its body may say what it likes.</summary>
    [GeneratedRegex($"\"x[^a-z]flashsale[^\"]*\":\"[^\"]*{HostileRequests.Spoof}", RegexOptions.IgnoreCase)]
    private static partial Regex SpoofedHeader();

    /// <summary>Paths that nobody in this test may reach. A storefront's server may confirm; the checkout asks for its key.</summary>
    [GeneratedRegex(
        @"^(?!OPTIONS )\w+ (/sales/[^/?]+/reservations|/reservations(?!/[^/?]+/confirm/?(\?|$))(/|$|\?)|/shop/[^/?]+/cart(/|$|\?)|/internal|/admin)",
        RegexOptions.IgnoreCase)]
    private static partial Regex Guarded();
}

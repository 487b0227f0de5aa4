using System.Net.Http.Json;

using FlashSale.Contract;
using FlashSale.LoadTest.Clients;
using FlashSale.Queue;
using FlashSale.Tests.Support;

using Microsoft.Extensions.DependencyInjection;

using StackExchange.Redis;

using Xunit;

namespace FlashSale.Tests.Called;

/// <summary>A system whose shoppers can be called, and the push service that their browsers have.</summary>
public sealed class CalledSystem : IAsyncLifetime
{
    public LocalPushService Push { get; } = new();

    public TestSystem System { get; private set; } = null!;

    public int Edges { get; init; } = 1;

    /// <summary>None: who is called otherwise is called for one reason at a time.</summary>
    public int SoonSeconds { get; init; }

    public int SendsAtOnce { get; init; } = 32;

    /// <summary>One of its own.</summary>
    public static async Task<CalledSystem> StartAsync(int edges = 1, int soonSeconds = 0, int sendsAtOnce = 32)
    {
        var called = new CalledSystem { Edges = edges, SoonSeconds = soonSeconds, SendsAtOnce = sendsAtOnce };
        await called.InitializeAsync();
        return called;
    }

    public async ValueTask InitializeAsync()
    {
        await Push.StartAsync();
        System = await TestSystem.StartAsync(edges: Edges, settings: Push.Settings(SoonSeconds, SendsAtOnce));
    }

    /// <summary>A sale in which nobody moves until it is resumed.</summary>
    public async Task<string> PausedSaleAsync(int units = 1, int presenceSeconds = 60)
    {
        var sale = Unique.Name("sale");
        await System.Operators.PutSaleAsync(sale, new
        {
            name = "A phone",
            inventory = units,
            price = new { amount = 99_900, currency = "usd" },
            presenceSeconds,
            paused = true,
        }, Cancel);
        return sale;
    }

    public Task ResumeAsync(string sale) => System.Operators.PatchSaleAsync(sale, new { paused = false }, Cancel);

    /// <summary>Someone in line who has asked to be called.</summary>
    public async Task<(Shopper Shopper, LocalBrowser Browser)> AskerAsync(string sale, HttpClient? edge = null)
    {
        var shopper = new Shopper(edge ?? System.Edge, sale);
        await shopper.JoinsAsync();
        var browser = Push.Subscribe();
        var answer = await AskAsync(sale, shopper, browser.Subscription, edge);
        Assert.Equal((204, null), answer);
        return (shopper, browser);
    }

    /// <summary>The status, and a problem's code.</summary>
    public Task<(int Status, string? Code)> AskAsync(
        string sale, Shopper shopper, object? subscription, HttpClient? edge = null) =>
        SendAsync(HttpMethod.Put, sale, shopper, subscription, edge);

    public async Task<(int Status, string? Code)> SendAsync(
        HttpMethod method, string sale, Shopper shopper, object? body, HttpClient? edge = null)
    {
        using var request = new HttpRequestMessage(method, $"/sales/{sale}/ticket/push");
        request.Headers.Authorization = new("Ticket", shopper.Ticket);
        if (body is not null) request.Content = JsonContent.Create(body);
        using var answer = await (edge ?? System.Edge).SendAsync(request, Cancel);
        var problem = answer.IsSuccessStatusCode
            ? null : await answer.Content.ReadFromJsonAsync<ProblemCode>(Wire.Json, Cancel);
        return ((int)answer.StatusCode, problem?.Code);
    }

    public Task<T> RedisAsync<T>(Func<IDatabase, Task<T>> use) =>
        System.Service("gateway").Services.GetRequiredService<LineRedis>().UseAsync(use);

    /// <summary>What is kept of those who asked.</summary>
    public Task<HashEntry[]> KeptAsync(string sale) =>
        RedisAsync(redis => redis.HashGetAllAsync($"fs:{{{sale}}}:asked"));

    public async ValueTask DisposeAsync()
    {
        await System.DisposeAsync();
        await Push.DisposeAsync();
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private sealed record ProblemCode(string Code);
}

using System.Net.Http.Json;

using FlashSale.Admission;
using FlashSale.Contract;
using FlashSale.LoadTest.Clients;
using FlashSale.Local.Processes;
using FlashSale.Queue;
using FlashSale.Tests.Support;

using Microsoft.Extensions.DependencyInjection;

using StackExchange.Redis;

using Xunit;

namespace FlashSale.Tests.Called;

/// <summary>A system whose shoppers can be called, and the push service that their browsers have.</summary>
public sealed class CalledSystem : IAsyncLifetime
{
    /// <summary>Of a sale in which shoppers are away soon.</summary>
    public const int PresenceSeconds = 2;

    public LocalPushService Push { get; } = new();

    public LocalMailServer Mail { get; } = new();

    public TestSystem System { get; private set; } = null!;

    public int Edges { get; init; } = 1;

    /// <summary>None: who is called otherwise is called for one reason at a time.</summary>
    public int SoonSeconds { get; init; }

    public int SendsAtOnce { get; init; } = 32;

    public int TimeoutSeconds { get; init; } = 1;

    /// <summary>One of its own.</summary>
    public static async Task<CalledSystem> StartAsync(
        int edges = 1, int soonSeconds = 0, int sendsAtOnce = 32, int timeoutSeconds = 1)
    {
        var called = new CalledSystem
        {
            Edges = edges,
            SoonSeconds = soonSeconds,
            SendsAtOnce = sendsAtOnce,
            TimeoutSeconds = timeoutSeconds,
        };
        await called.InitializeAsync();
        return called;
    }

    public async ValueTask InitializeAsync()
    {
        await Push.StartAsync();
        Mail.Start();
        var port = FreePort.Next(Edges);
        var settings = Push.Settings(SoonSeconds, SendsAtOnce, TimeoutSeconds);
        foreach (var (key, value) in Mail.Settings(port)) settings[key] = value;
        System = await TestSystem.StartAsync(edges: Edges, settings: settings, port: port);
    }

    /// <summary>A sale in which nobody moves until it is resumed.</summary>
    public async Task<string> PausedSaleAsync(int units = 1, int presenceSeconds = 60, int claimSeconds = 120)
    {
        var sale = Unique.Name("sale");
        await System.Operators.PutSaleAsync(sale, new
        {
            name = "A phone",
            inventory = units,
            price = new { amount = 99_900, currency = "usd" },
            presenceSeconds,
            claimSeconds,
            paused = true,
        }, Cancel);
        return sale;
    }

    /// <summary>The same, of a storefront that says who its shoppers are.</summary>
    public async Task<(string Sale, EnqueueTokenSigner Signer)> VouchedSaleAsync(int units = 1)
    {
        var (storefront, sale, secret) = (Unique.Name("shop"), Unique.Name("sale"), new string('s', 32));
        using var request = new HttpRequestMessage(HttpMethod.Put, $"/admin/storefronts/{storefront}")
        {
            Content = JsonContent.Create(new { name = "A shop", returnOrigins = Array.Empty<string>(), enqueueSecret = secret }),
        };
        request.Headers.Authorization = new("Bearer", System.Secrets.AdminKey);
        (await System.Edge.SendAsync(request, Cancel)).EnsureSuccessStatusCode();
        await System.Operators.PutSaleAsync(sale, new
        {
            name = "A phone",
            inventory = units,
            price = new { amount = 99_900, currency = "usd" },
            storefront,
            identity = "storefront",
            paused = true,
        }, Cancel);
        return (sale, new EnqueueTokenSigner(storefront, secret, TimeProvider.System));
    }

    public Task ResumeAsync(string sale) => System.Operators.PatchSaleAsync(sale, new { paused = false }, Cancel);

    /// <summary>Someone in line who has asked to be called.</summary>
    /// <param name="service">By which name the push service is known to the browser.</param>
    public async Task<(Shopper Shopper, LocalBrowser Browser)> AskerAsync(
        string sale, HttpClient? edge = null, string service = "127.0.0.1")
    {
        var shopper = new Shopper(edge ?? System.Edge, sale);
        await shopper.JoinsAsync();
        var browser = Push.Subscribe(service);
        var answer = await AskAsync(sale, shopper, browser.Subscription, edge);
        Assert.Equal((204, null), answer);
        return (shopper, browser);
    }

    /// <summary>Someone in line who has asked to be called by mail, and confirmed it.</summary>
    public async Task<(Shopper Shopper, string Address)> MailAskerAsync(string sale, HttpClient? edge = null)
    {
        var shopper = new Shopper(edge ?? System.Edge, sale);
        await shopper.JoinsAsync();
        var address = $"{Unique.Name("shopper")}@mail.example";
        Assert.Equal((202, null), await SendAsync(HttpMethod.Put, sale, shopper, new { address }, edge, "mail"));
        var mail = await Mail.NextAsync(address);
        using var answer = await new LinkOpener(edge ?? System.Edge).ClickAsync(mail.Link);
        Assert.Equal(200, (int)answer.StatusCode);
        return (shopper, address);
    }

    /// <summary>The status, and a problem's code.</summary>
    public Task<(int Status, string? Code)> AskAsync(
        string sale, Shopper shopper, object? subscription, HttpClient? edge = null) =>
        SendAsync(HttpMethod.Put, sale, shopper, subscription, edge);

    public async Task<(int Status, string? Code)> SendAsync(
        HttpMethod method, string sale, Shopper shopper, object? body, HttpClient? edge = null, string way = "push")
    {
        using var request = new HttpRequestMessage(method, $"/sales/{sale}/ticket/{way}");
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

    /// <summary>A shopper who joins when everyone in line counts as away.</summary>
    public async Task<Shopper> ComesBehindThoseAwayAsync(string sale)
    {
        await IsAwayAsync(sale);
        var shopper = System.Shopper(sale);
        await shopper.JoinsAsync();
        return shopper;
    }

    /// <summary>Until everyone in line counts as away, by what Redis knows of them and its own clock.</summary>
    private Task IsAwayAsync(string sale) => WaitFor.TrueAsync(() => RedisAsync(async redis =>
    {
        var clock = (RedisValue[])(await redis.ExecuteAsync("TIME"))!;
        var seen = await redis.HashGetAllAsync($"fs:{{{sale}}}:present");
        var now = (long)clock[0] * 1000 + (long)clock[1] / 1000;
        return seen.Length > 0 && seen.All(one => Sighting.Parse(one.Value!).HereUntilMs(PresenceSeconds) < now);
    }), "everyone counts as away");

    public async ValueTask DisposeAsync()
    {
        await System.DisposeAsync();
        await Push.DisposeAsync();
        await Mail.DisposeAsync();
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private sealed record ProblemCode(string Code);
}

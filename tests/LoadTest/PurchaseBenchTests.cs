using FlashSale.LoadTest.Bench;
using FlashSale.Local.Processes;
using FlashSale.Tests.Support;

using Microsoft.AspNetCore.Builder;

using Xunit;

namespace FlashSale.Tests.LoadTest;

/// <summary>The bench of whole purchases at a tiny size: that it runs, and that all it counts is sold and paid for.</summary>
public sealed class PurchaseBenchTests : IAsyncLifetime
{
    private static readonly PurchaseSize s_tiny = new(WarmUps: 0, Rounds: 1, TimeSpan.FromMilliseconds(300), Stock: 1000);

    private readonly List<WebApplication> _programs = [];

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        foreach (var program in Enumerable.Reverse(_programs)) await program.DisposeAsync();
    }

    [Fact]
    public async Task What_is_bought_on_any_side_is_sold_and_captured_once()
    {
        var provider = await StartAsync("provider");
        await using var system = await TestSystem.StartAsync(settings: new Dictionary<string, string>
        {
            ["Payments:StripeApiBase"] = provider.GetLeftPart(UriPartial.Authority),
        });
        var counter = await StartAsync(
            "shop", "--stock", "counter", "--provider", provider.ToString(), "--SHOP_MYSQL", system.MySql);
        var skipLocked = await StartAsync(
            "shop", "--stock", "skiplocked", "--provider", provider.ToString(), "--SHOP_MYSQL", system.MySql);
        var sale = await system.SaleAsync(TestSystem.SaleOf(units: 1000));
        using var bench = new PurchaseBench(
            new PurchaseTarget(
                new Uri(system.EdgeUrls[0]), sale, system.MySql, provider, counter, skipLocked,
                new Dictionary<string, int> { ["all"] = Environment.ProcessId }), s_tiny);

        var rows = new List<PurchaseRow>();
        // The bench itself compares what it has counted with the ledger, the shops' orders and the provider.
        await foreach (var row in bench.RunAsync([new PurchaseLoad(0, 4), new PurchaseLoad(20, 8)])) rows.Add(row);

        Assert.Equal(2, rows.Count);
        Assert.All(rows, row => Assert.All(
            [row.Ours, row.Counter, row.SkipLocked], side => Assert.True(side is { PerSecond: > 0 } && side.ProcessorMs["all"] > 0)));
        Assert.Contains("| 20 ms | 8 |", new PurchaseReport("m", "c", rows).Markdown(), StringComparison.Ordinal);
    }

    private async Task<Uri> StartAsync(params string[] args)
    {
        var url = $"http://127.0.0.1:{FreePort.Next()}";
        var program = FlashSale.Baselines.Program.Build([.. args, "--urls", url]);
        _programs.Add(program);
        await program.StartAsync(TestContext.Current.CancellationToken);
        return new Uri(url);
    }
}

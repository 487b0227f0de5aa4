using System.Diagnostics;

using FlashSale.LoadTest.Clients;

namespace FlashSale.LoadTest.Chaos;

/// <summary>A small shuffled sale beside the round's own: its order is judged by what is public alone.</summary>
internal sealed class DrawnSale(string sale, ChaosPlan plan)
{
    private const int Units = 8;
    private const int Shoppers = 24;
    private static readonly TimeSpan s_beforeStart = TimeSpan.FromSeconds(5);

    public string Sale => sale;

    public Task PutAsync(OperatorClient operators, CancellationToken cancel) => operators.PutSaleAsync(sale, new
    {
        name = "Chaos, drawn",
        inventory = Units,
        price = new { amount = 5_000, currency = "usd" },
        order = "shuffle",
        startsAt = TimeProvider.System.GetUtcNow() + s_beforeStart,
        claimSeconds = plan.ClaimSeconds,
        paySeconds = plan.PaySeconds,
    }, cancel);

    /// <summary>All come before the start; some never pay, so that units come back through the storm.</summary>
    public Task CrowdAsync(EdgeClients edges, Stopwatch clock, CancellationToken cancel)
    {
        var history = new History();
        return Task.WhenAll(Enumerable.Range(0, Shoppers).Select(i =>
            new ChaosShopper(new Shopper(edges[i], sale), i % 3 == 0 ? Wish.NeverPay : Wish.Buy, 0, history, clock).RunAsync(cancel)));
    }
}

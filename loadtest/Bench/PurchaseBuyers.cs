using System.Net.Http.Json;

using FlashSale.Contract;
using FlashSale.LoadTest.Clients;

namespace FlashSale.LoadTest.Bench;

/// <summary>
/// Buyers, each with one purchase at a time: at our edge, and at a shop without a line. In a sale the crowd has joined long before
/// it buys; so each of our buyers joins some places ahead, and how long the line lets somebody wait is no part of the purchase, as
/// its joining, asking and claiming are.
/// </summary>
public sealed class PurchaseBuyers(HttpClient edge, string sale, int atOnce)
{
    /// <summary>Places that a buyer has in line: more than are called within one purchase.</summary>
    private const int Ahead = 4;
    private const string Card = "pm_card_visa";
    private static readonly TimeSpan s_again = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    private readonly Queue<Shopper>[] _lines = [.. Enumerable.Range(0, atOnce).Select(_ => new Queue<Shopper>())];

    /// <summary>Join, turn, claim, cart, payment, sold.</summary>
    public async Task BuyAsync(int buyer)
    {
        var line = _lines[buyer];
        do
        {
            var joining = new Shopper(edge, sale);
            (await joining.JoinAsync(default).ConfigureAwait(false)).Require();
            line.Enqueue(joining);
        }
        while (line.Count < Ahead);

        var shopper = line.Dequeue();
        var since = TimeProvider.System.GetTimestamp();
        while ((await shopper.PollAsync(default).ConfigureAwait(false)).Require() is { State: not "admitted" } place)
        {
            if (TimeProvider.System.GetElapsedTime(since) > s_patience)
                throw new TimeoutException($"number {place.Number} is {place.State} in {sale}");
            await Task.Delay(s_again).ConfigureAwait(false);
        }

        (await shopper.ClaimAsync(default).ConfigureAwait(false)).Require();
        (await shopper.ReserveAsync(default).ConfigureAwait(false)).Require();
        var paid = (await shopper.PayAsync(Card, null, default).ConfigureAwait(false)).Require();
        if (paid.State != "sold") throw new InvalidOperationException($"a purchase ended as {paid.State}, {paid.Payment.State}");
    }

    /// <summary>Cart and payment at a shop without a line.</summary>
    public static async Task BuyAsync(HttpClient shop)
    {
        ArgumentNullException.ThrowIfNull(shop);
        using var placed = await shop.PostAsJsonAsync("/orders", new { shopper = $"{Guid.NewGuid():N}" }, Wire.Json)
            .ConfigureAwait(false);
        placed.EnsureSuccessStatusCode();
        var order = (await placed.Content.ReadFromJsonAsync<Order>(Wire.Json).ConfigureAwait(false))!;
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/orders/{order.Id}/payments");
        request.Headers.Add("Idempotency-Key", $"{Guid.NewGuid():N}");
        using var paid = await shop.SendAsync(request).ConfigureAwait(false);
        paid.EnsureSuccessStatusCode();
    }

    private sealed record Order(Guid Id);
}

using FlashSale.LoadTest.Clients;

namespace FlashSale.Command.Up;

/// <summary>A system without any sale gets one, so that there is something to buy.</summary>
internal static class FirstSale
{
    private const string Id = "xphone";
    private static readonly TimeSpan s_startsIn = TimeSpan.FromSeconds(20);

    public static async Task CreateAsync(string edgeUrl, string adminKey, CancellationToken cancel)
    {
        using var operators = new OperatorClient(edgeUrl, adminKey);
        if (await operators.HasSalesAsync(cancel)) return;
        await operators.PutSaleAsync(Id, new
        {
            name = "XPhone",
            inventory = 1000,
            price = new { amount = 99_900, currency = "usd" },
            startsAt = TimeProvider.System.GetUtcNow() + s_startsIn,
        }, cancel);
    }
}

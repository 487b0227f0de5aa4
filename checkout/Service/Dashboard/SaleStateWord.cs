using FlashSale.Contract;

namespace FlashSale.Checkout.Dashboard;

/// <summary>What a sale is doing, in the contract's words; as the edge decides it.</summary>
internal static class SaleStateWord
{
    public static string Of(Sale sale, int sold, DateTimeOffset now) =>
        sold >= sale.Inventory ? "soldOut"
        : sale.EndsAt <= now ? "ended"
        : now < sale.QueueOpensAt ? "scheduled"
        : now < sale.StartsAt ? "prequeue"
        : sale.Paused ? "paused" : "open";
}

namespace FlashSale.Baselines.Shop;

/// <summary>What <c>POST /orders</c> takes.</summary>
internal sealed record NewOrder(string Shopper);

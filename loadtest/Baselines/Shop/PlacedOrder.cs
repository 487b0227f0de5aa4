namespace FlashSale.Baselines.Shop;

/// <summary>What <c>POST /orders</c> answers.</summary>
internal sealed record PlacedOrder(Guid Id, int? Unit);

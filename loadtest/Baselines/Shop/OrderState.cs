namespace FlashSale.Baselines.Shop;

/// <summary>Where an order stands.</summary>
internal enum OrderState
{
    Held = 1,
    Sold = 2,
    Released = 3,
}

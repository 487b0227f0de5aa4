using FlashSale.Contract;

namespace FlashSale.Checkout.Shop;

/// <summary>What the shop sells.</summary>
public sealed record ShopListing(Sale Sale, Storefront? Storefront);

using System.ComponentModel.DataAnnotations;

namespace FlashSale.Checkout.Shop;

/// <summary>The demo storefront's pages.</summary>
public sealed class ShopOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Shop";

    /// <summary>The sale whose product is the home page.</summary>
    [Required, RegularExpression("^[a-z0-9][a-z0-9-]{0,62}$")]
    public string Sale { get; set; } = "xphone";

    /// <summary>The storefront that signs shoppers in: its enqueue secret is the ledger's.</summary>
    [Required, RegularExpression("^[a-z0-9][a-z0-9-]{0,62}$")]
    public string Storefront { get; set; } = "demo";
}

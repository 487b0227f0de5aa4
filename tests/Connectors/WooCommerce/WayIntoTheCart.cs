namespace FlashSale.Tests.Connectors.WooCommerce;

/// <summary>The ways in which WooCommerce takes a product into the cart.</summary>
public enum WayIntoTheCart
{
    /// <summary>?add-to-cart= on any page.</summary>
    Link,

    /// <summary>The product page's form.</summary>
    Form,

    /// <summary>?wc-ajax=add_to_cart, of a theme's script.</summary>
    Script,

    /// <summary>/wc/store/v1/cart/add-item, of the blocks.</summary>
    StoreApi,
}

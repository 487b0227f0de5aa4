namespace FlashSale.Gateway.Tickets;

/// <summary>The contract's <c>outlook</c>: how likely one who waits gets a unit.</summary>
public enum Outlook
{
    Likely,
    Possible,
    Unlikely,

    /// <summary>Every unit is sold or in a cart, and fewer are ahead than carts: one may come back.</summary>
    ReturnsOnly,

    /// <summary>Sold out, or ended.</summary>
    None,
}

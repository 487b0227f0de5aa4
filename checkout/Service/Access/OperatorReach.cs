namespace FlashSale.Checkout.Access;

/// <summary>What a route is about: whether an operator of one storefront may call it.</summary>
public enum OperatorReach
{
    /// <summary>The installation: only operators of all storefronts may.</summary>
    Everything,

    /// <summary>The sale in its path: its storefront's operators may.</summary>
    Sale,

    /// <summary>The reservation in its path (<c>id</c>), which names its sale: that sale's storefront's operators may.</summary>
    Reservation,

    /// <summary>The storefront in its path (<c>id</c>): its operators may.</summary>
    Storefront,

    /// <summary>Several: everybody may, and the route itself shows an operator of one storefront only what is theirs.</summary>
    Own,
}

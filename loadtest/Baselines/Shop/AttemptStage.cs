namespace FlashSale.Baselines.Shop;

/// <summary>Where an attempt to pay stands; what is not final is resumed by the <see cref="ShopSweep"/>.</summary>
internal enum AttemptStage
{
    Begun = 1,

    /// <summary>Authorised, and the order is the buyer's.</summary>
    Authorised = 2,
    Captured = 10,

    /// <summary>The order had been released when the money was authorised: that was cancelled.</summary>
    Cancelled = 11,
}

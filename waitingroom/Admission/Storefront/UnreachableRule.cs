namespace FlashSale.Admission;

/// <summary>What happens to a shopper without an admission while the edge cannot be reached.</summary>
public enum UnreachableRule
{
    /// <summary>Fail closed (the default): nobody passes without a verified admission.</summary>
    Refuse,

    /// <summary>
    /// Fail open: shoppers pass without an admission once the edge has not answered for
    /// <see cref="WaitingRoomOptions.UnreachableAfter"/>. The inventory is still safe: no unit can be redeemed without one.
    /// </summary>
    LetThrough,
}

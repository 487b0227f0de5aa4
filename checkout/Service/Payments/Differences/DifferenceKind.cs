namespace FlashSale.Checkout.Payments.Differences;

/// <summary>What the provider's books say of a payment and ours don't, as stored.</summary>
public enum DifferenceKind
{
    /// <summary>Money of a sold unit went back, in part or whole, and nobody has asked us for it.</summary>
    RefundedElsewhere = 1,

    /// <summary>We have called it refunded, and the buyer has not got the money after all.</summary>
    RefundFailed = 2,

    /// <summary>The buyer's bank wants the money back.</summary>
    Disputed = 3,
}

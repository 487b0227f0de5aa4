namespace FlashSale.Checkout.Payments.Webhooks;

/// <summary>Of a row of <c>payment_webhooks</c>, as stored.</summary>
internal enum InboxState
{
    /// <summary>About an attempt that isn't there (yet): tried again.</summary>
    Pending = 1,
    Applied = 2,
    GivenUp = 3,

    /// <summary>About money that went back, or is wanted back: the books are compared, by the <c>Reconciler</c>.</summary>
    ToLookAt = 4,
}

namespace FlashSale.Checkout.Payments.Webhooks;

/// <summary>What a webhook tells us that we use: which payment to look at. Everything else is asked of the provider.</summary>
/// <param name="Intent">The payment intent it is about, or null.</param>
/// <param name="Attempt">Our attempt, from the intent's metadata, or null when it isn't ours.</param>
public sealed record WebhookHint(string Event, string Type, string? Intent, Guid? Attempt)
{
    /// <summary>About the provider's own page: <c>checkout.session.*</c>. These name the attempt and need not name an intent.</summary>
    public bool IsOfPage => Attempt is not null && Type.StartsWith("checkout.session.", StringComparison.Ordinal);

    /// <summary>
    /// Money went back, or is wanted back, perhaps by nobody's doing here: <c>charge.refunded</c>, <c>charge.refund.updated</c>,
    /// <c>charge.dispute.*</c>, <c>refund.*</c>. These name the intent and need not name the attempt.
    /// </summary>
    public bool IsOfReturns => Intent is not null && (Type.StartsWith("charge.refund", StringComparison.Ordinal)
        || Type.StartsWith("charge.dispute.", StringComparison.Ordinal) || Type.StartsWith("refund.", StringComparison.Ordinal));
}

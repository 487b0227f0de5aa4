namespace FlashSale.Checkout.Payments.Provider;

/// <summary>What a call of the payment provider told us: a closed set.</summary>
public abstract record ProviderAnswer
{
    private ProviderAnswer() { }

    /// <summary>The intent as it is now.</summary>
    /// <param name="Status">Stripe's, such as <c>requires_capture</c>.</param>
    /// <param name="Amount">What is to be paid, in minor units.</param>
    /// <param name="Received">What was captured.</param>
    /// <param name="DeclineCode">Why the card was refused last, or null.</param>
    /// <param name="WasAuthorised">Its latest charge was authorised, whatever became of it.</param>
    public sealed record Intent(
        string Id, string Status, long Amount, long Received, string Currency, string? DeclineCode, bool WasAuthorised)
        : ProviderAnswer;

    /// <summary>The provider's own page as it is now.</summary>
    /// <param name="Status"><c>open</c>, <c>complete</c> or <c>expired</c>.</param>
    /// <param name="IntentId">Of the payment on it; null before somebody has tried a card there.</param>
    public sealed record Page(string Id, string Status, string? IntentId) : ProviderAnswer;

    /// <summary>The card was refused, and the intent that came along says that nothing is authorised.</summary>
    public sealed record Declined(string Code) : ProviderAnswer;

    /// <summary>The call was wrong or came at the wrong time: it changed nothing, and repeating it won't help.</summary>
    public sealed record Refused(string Code) : ProviderAnswer;

    /// <summary>
    /// The provider failed to say (a timeout, a reset, garbage, a 5xx, too many requests, a circuit that is open). Never
    /// a failure: ask again.
    /// </summary>
    /// <param name="Why">For the log.</param>
    /// <param name="NeedsNewKey">It was an answer, kept under the key: the same key would bring it back for ever.</param>
    public sealed record Unknown(string Why, bool NeedsNewKey) : ProviderAnswer;

    /// <summary>The money is on its way back.</summary>
    public sealed record Refunded : ProviderAnswer;

    /// <summary>Every refund of an intent, whoever made it.</summary>
    /// <param name="Returned">What has gone back, in minor units.</param>
    /// <param name="Pending">What is on its way.</param>
    /// <param name="Made">How many there are, the failed ones too.</param>
    public sealed record Refunds(long Returned, long Pending, int Made) : ProviderAnswer;

    /// <summary>The latest dispute of an intent; <paramref name="Status"/> is null when there is none.</summary>
    /// <param name="Amount">What the buyer's bank wants back, in minor units.</param>
    /// <param name="AnswerBy">Evidence is taken until then.</param>
    public sealed record Dispute(string? Status, long Amount, string? Reason, DateTimeOffset? AnswerBy) : ProviderAnswer;
}

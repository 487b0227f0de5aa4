namespace FlashSale.PaymentSimulator.Money;

/// <summary>
/// A page of the provider's own on which a shopper pays (Stripe's Checkout Session). Its intent comes into being when a card is
/// tried there for the first time. Changed only by <c>Bank</c>, under its lock.
/// <code>
/// open ─ authorised, or being worked on ─► complete
///   └── expire ──► expired (its intent is canceled)
/// </code>
/// </summary>
public sealed class HostedSession
{
    public const string Open = "open", Complete = "complete", Expired = "expired";

    public required string Id { get; init; }
    public required long Created { get; init; }
    public required long Amount { get; init; }
    public required string Currency { get; init; }

    /// <summary>What is bought.</summary>
    public required string Product { get; init; }
    public required string SuccessUrl { get; init; }
    public string? CancelUrl { get; init; }
    public string? Reference { get; init; }
    public required IReadOnlyDictionary<string, string> Metadata { get; init; }
    public string Status { get; set; } = Open;
    public Intent? Intent { get; set; }
}

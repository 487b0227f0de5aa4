namespace FlashSale.PaymentSimulator.Money;

/// <summary>A buyer's bank wants the money back. Changed only by <c>Bank</c>, under its lock.</summary>
public sealed class DisputeMade
{
    public required string Id { get; init; }
    public required Intent Of { get; init; }
    public required long Created { get; init; }

    /// <summary>Stripe's: <c>needs_response</c>, <c>under_review</c>, <c>won</c>, <c>lost</c>.</summary>
    public required string Status { get; set; }
}

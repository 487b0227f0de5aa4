namespace FlashSale.PaymentSimulator.Money;

/// <summary>A refund as it was made. Changed only by <c>Bank</c>, under its lock.</summary>
public sealed class RefundMade
{
    public required string Id { get; init; }
    public required Intent Of { get; init; }
    public required long Amount { get; init; }
    public required long Created { get; init; }
    public string? Reason { get; init; }
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();

    /// <summary><c>pending</c>, <c>succeeded</c> or <c>failed</c>; one that has succeeded may fail later.</summary>
    public required string Status { get; set; }
}

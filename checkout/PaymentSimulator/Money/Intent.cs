namespace FlashSale.PaymentSimulator.Money;

/// <summary>
/// A payment intent. Changed only by <see cref="Bank"/>, under its lock.
/// <code>
/// requires_payment_method ─ confirm ─► requires_capture ─ capture ─► succeeded ─ refund ─► succeeded (refunded)
///        ▲   └───── declined ◄──┘  │         └── cancel ──► canceled (voided)
///        └── capture declined ◄────┘
/// </code>
/// </summary>
public sealed class Intent
{
    public required string Id { get; init; }
    public required long Amount { get; init; }
    public required string Currency { get; init; }
    public required long Created { get; init; }
    public required IReadOnlyDictionary<string, string> Metadata { get; init; }
    public bool ManualCapture { get; init; } = true;
    public string? PaymentMethod { get; set; }
    public string Status { get; set; } = IntentStatus.RequiresPaymentMethod;
    public long AmountCapturable { get; set; }
    public long AmountReceived { get; set; }
    public long AmountRefunded { get; set; }
    public long? CanceledAt { get; set; }
    public CardDecline? LastError { get; set; }

    public string Charge => string.Concat("ch_", Id.AsSpan(3));

    public string MetadataOf(string key) => Metadata.GetValueOrDefault(key, "");
}

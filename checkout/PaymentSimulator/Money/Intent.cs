namespace FlashSale.PaymentSimulator.Money;

/// <summary>
/// A payment intent. Changed only by <c>Bank</c>, under its lock.
/// <code>
/// requires_payment_method ─ confirm ─► requires_capture ─ capture ─► succeeded ─ refund ─► succeeded (refunded)
///      ▲   │  └──── declined ◄──┘ ▲ │         └── cancel ──► canceled (the charge stays, refunded)
///      │   └─► requires_action ───┤ └── capture declined ──► requires_payment_method
///      └── challenge failed ◄┘    └── processing
/// </code>
/// </summary>
public sealed class Intent
{
    public required string Id { get; init; }
    public required long Amount { get; init; }
    public required string Currency { get; init; }
    public required long Created { get; init; }
    public required IReadOnlyDictionary<string, string> Metadata { get; init; }

    /// <summary>What a page needs to act on this intent, and nobody else has.</summary>
    public required string ClientSecret { get; init; }
    public bool ManualCapture { get; init; } = true;

    /// <summary>Null unless the caller asked for automatic payment methods: then whether these may redirect.</summary>
    public string? AllowRedirects { get; init; }
    public string? Description { get; init; }
    public string? StatementDescriptor { get; init; }
    public string? StatementDescriptorSuffix { get; init; }
    public string? ReceiptEmail { get; set; }

    /// <summary>Null after a decline, as Stripe detaches it.</summary>
    public string? PaymentMethod { get; set; }
    public string Status { get; set; } = IntentStatus.RequiresPaymentMethod;
    public long AmountCapturable { get; set; }
    public long AmountReceived { get; set; }
    public long AmountRefunded { get; set; }
    public long? CanceledAt { get; set; }
    public string? CancellationReason { get; set; }
    public CardDecline? LastError { get; set; }

    /// <summary>The card of <see cref="LastError"/>.</summary>
    public string? LastMethod { get; set; }

    /// <summary>Where the bank's page sends the shopper; null: the page that asked shows the challenge.</summary>
    public string? ReturnUrl { get; set; }

    /// <summary>How often a card was asked: each time makes a charge.</summary>
    public int Charges { get; set; }

    /// <summary>The latest charge was authorised (it is not undone by what became of the money).</summary>
    public bool WasAuthorised { get; set; }

    public string Charge => $"ch_{Id.AsSpan(3)}{(Charges > 1 ? Charges.ToString(System.Globalization.CultureInfo.InvariantCulture) : "")}";

    /// <summary>The page on which it is paid, when it is the provider's own: only there it is confirmed.</summary>
    public HostedSession? Session { get; init; }

    public string MetadataOf(string key) => Metadata.GetValueOrDefault(key, "");
}

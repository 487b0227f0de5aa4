namespace FlashSale.Admission;

/// <summary>What a storefront may tell the line of its shopper beside who it is; for lines that call shoppers.</summary>
public sealed record EnqueueClaims
{
    /// <summary>Nothing.</summary>
    public static readonly EnqueueClaims None = new();

    /// <summary>
    /// The shopper's address, which the storefront knows to be theirs: whoever asks to be called by mail is written to there
    /// without being asked once more. Null: they type one.
    /// </summary>
    public string? Email { get; init; }

    /// <summary>
    /// The storefront calls this shopper by itself, and is told when by the webhook <c>place.soon</c>.
    /// </summary>
    public bool Soon { get; init; }
}

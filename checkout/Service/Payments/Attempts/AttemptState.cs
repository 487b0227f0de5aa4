namespace FlashSale.Checkout.Payments.Attempts;

/// <summary>
/// Where a payment attempt stands. Every attempt reaches a final state by itself: what was begun is resumed by the
/// <see cref="Completer"/> until it does. ARCHITECTURE.md draws the life of one.
/// Two rules carry the weight. An intent's id is in our ledger before the card is asked, so every doubt is settled by
/// asking for that id. And money is captured only after the unit was secured for this attempt by a guarded statement.
/// </summary>
public enum AttemptState
{
    /// <summary>Persisted with its key; the provider may have an intent for it, which moves no money yet.</summary>
    Created = 1,

    /// <summary>The intent's id is known; the card may have been asked.</summary>
    Confirming = 2,

    /// <summary>Authorised and the unit secured; the money may have been captured.</summary>
    Capturing = 3,

    /// <summary>It will not become a sale: what was authorised is voided, what was captured refunded.</summary>
    Closing = 4,

    /// <summary>The bank has asked the shopper, and has not decided: no money is set aside yet.</summary>
    Authenticating = 5,

    /// <summary>It was captured for a unit that is sold, and the money is to go back: somebody has asked for a refund.</summary>
    Returning = 6,
    Captured = 10,
    Declined = 11,
    Voided = 12,
    Refunded = 13,
    Abandoned = 14,
}

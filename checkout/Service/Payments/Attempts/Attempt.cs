namespace FlashSale.Checkout.Payments.Attempts;

/// <summary>
/// Where a payment attempt stands. Every attempt reaches a final state (*) by itself: what was begun is resumed by the
/// <see cref="Completer"/> until it does.
/// <code>
///              POST …/payments: AttemptTable.BeginAsync (held, pay_by ahead, attempts left, no other in progress)
///                                          │
///                                          ▼
///                          ┌──────────  created  ── CreateAsync: the intent exists and moves no money ──┐
///        the unit is gone, │                                                                            ▼
///        or it is refused  │         ┌─────────────────── ConfirmAsync: the card ─────────────────  confirming
///                          │         │ declined                    │ authorised                         │
///                          │         │                             │                     the unit is    │
///                          │         │          Reservations.SecureAsync ── refused ──►  gone           │
///                          │         │                             │ secured               │            │
///                          │         │                             ▼                       │            │
///                          │         │◄── not captured ──┐     capturing ── CaptureAsync   │            │
///                          │         │  (unit reopened)  └─────────┤                       │            │
///                          │         │                             │ captured: SellAsync   │            │
///                          │         ▼                             ▼                       │            │
///                          │      closing ◄──── too late to sell ──┤◄──────────────────────┘◄───────────┘
///                          │         │                             ▼
///                          │         │ CloseAsync              captured*   the unit is sold, one net capture
///                          │         ├── was never authorised ──► declined*
///                          │         ├── cancelled ─────────────► voided*
///                          │         └── refunded ──────────────► refunded*
///                          └────────────────────────────────────► abandoned*  (no money could move)
/// </code>
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
    Captured = 10,
    Declined = 11,
    Voided = 12,
    Refunded = 13,
    Abandoned = 14,
}

/// <summary>What the shopper is told of an attempt, once.</summary>
public enum AttemptOutcome
{
    Undecided = 0,

    /// <summary>201.</summary>
    Sold = 1,

    /// <summary>402.</summary>
    Declined = 2,

    /// <summary>410: the reservation had ended.</summary>
    Ended = 3,
}

/// <summary>A row of <c>payment_attempts</c>.</summary>
/// <param name="Number">1, 2, 3 … within the reservation; null for a stray intent that is only to be closed.</param>
/// <param name="Method">The provider's token of the card, never the card.</param>
/// <param name="Tries">How many answers of the present step were definite server errors: each needs a new key.</param>
/// <param name="Doubt">A call was made whose effect is not known: the next step asks for the intent.</param>
/// <param name="Failures">Doubts since the last progress; they set the backoff.</param>
/// <param name="Authorised">The provider has said so.</param>
/// <param name="Version">The fence: whoever takes the attempt over counts it up.</param>
/// <param name="IsOverdue">It should have been captured long ago: the unit is given up.</param>
/// <param name="Answer">What was answered, for a repeat with the same key.</param>
public sealed record Attempt(
    Guid Id, Guid Reservation, int? Number, string Method, long Amount, string Currency, string Sale, string? Intent,
    AttemptState State, AttemptOutcome Outcome, int Tries, bool Doubt, int Failures,
    bool Authorised, int Version, bool IsOverdue, byte[] RequestHash, StoredAnswer? Answer)
{
    public bool IsFinal => State >= AttemptState.Captured;

    /// <summary>The key of a call: the same until the provider has answered it with a server error.</summary>
    public string Key(string call) => $"{Id:N}-{call}-{Tries}";
}

/// <summary>An answer of <c>POST …/payments</c> as it was given.</summary>
public sealed record StoredAnswer(int Status, byte[] Body);

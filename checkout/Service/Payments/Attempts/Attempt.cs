using FlashSale.Checkout.Reservations;

namespace FlashSale.Checkout.Payments.Attempts;

/// <summary>A row of <c>payment_attempts</c>.</summary>
/// <param name="Number">1, 2, 3 … within the reservation; null for a stray intent that is only to be closed.</param>
/// <param name="Method">The provider's token of the card, never the card.</param>
/// <param name="Session">The provider's own page on which the shopper pays; its intent is known once somebody has paid there.</param>
/// <param name="Tries">How many answers of the present step were definite server errors: each needs a new key.</param>
/// <param name="Doubt">A call was made whose effect is not known: the next step asks for the intent.</param>
/// <param name="Failures">Doubts since the last progress; they set the backoff.</param>
/// <param name="Authorised">The provider has said so.</param>
/// <param name="Version">The fence: whoever takes the attempt over counts it up.</param>
/// <param name="IsOverdue">It should have been captured long ago: the unit is given up.</param>
/// <param name="Answer">What was answered, for a repeat with the same key.</param>
/// <param name="ReceiptEmail">Where the provider sends a receipt; forgotten here once the intent is known, which has it.</param>
public sealed record Attempt(
    Guid Id, Guid Reservation, int? Number, string Method, long Amount, string Currency, string Sale, string? Intent, string? Session,
    AttemptState State, AttemptOutcome Outcome, int Tries, bool Doubt, int Failures,
    bool Authorised, int Version, bool IsOverdue, byte[] RequestHash, StoredAnswer? Answer, string? ReceiptEmail)
{
    /// <summary>Of the states that are final, the lowest.</summary>
    public const AttemptState FirstFinal = AttemptState.Captured;

    /// <summary>In place of a card: the shopper pays on the provider's own page.</summary>
    public const string HostedPage = "hosted_page";

    /// <summary>What it pays for, as it was when this process began the attempt; null for one that was read from its row.</summary>
    public Reservation? Cart { get; init; }

    public bool IsHosted => Method == HostedPage;

    /// <summary>Without the shopper's address, so that it gets into no log by accident.</summary>
    public override string ToString() => $"attempt {Id:N}, {State}";

    public bool IsFinal => State >= FirstFinal;

    /// <summary>The key of a call: the same until the provider has answered it with a server error.</summary>
    public string Key(string call) => $"{Id:N}-{call}-{Tries}";
}

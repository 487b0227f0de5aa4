namespace FlashSale.Checkout.Reservations;

/// <summary>How its payment stands.</summary>
/// <param name="ProviderDown">The payment provider does not answer: the outcome, or a new try, has to wait.</param>
public sealed record PaymentView(string State, int AttemptsLeft, bool ProviderDown);

namespace FlashSale.Checkout.Reservations;

/// <summary>How its payment stands.</summary>
/// <param name="ProviderDown">The payment provider does not answer: the outcome, or a new try, has to wait.</param>
/// <param name="NextAction">What the shopper has to do; only in the answers of paying, and only to the shopper.</param>
public sealed record PaymentView(string State, int AttemptsLeft, bool ProviderDown, NextActionView? NextAction = null);

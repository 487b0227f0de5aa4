namespace FlashSale.Checkout.Payments.Attempts;

/// <summary>An attempt that is not final in time, for the person who looks into it.</summary>
/// <param name="PaymentIntent">What to look for at the provider.</param>
public sealed record FlaggedAttempt(
    string Attempt, string Reservation, string? PaymentIntent, string State, string? Note, DateTimeOffset Since);

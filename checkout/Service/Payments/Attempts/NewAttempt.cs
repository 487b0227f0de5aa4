namespace FlashSale.Checkout.Payments.Attempts;

/// <summary>An attempt that wants to begin.</summary>
public sealed record NewAttempt(Guid Id, Guid Reservation, string Key, byte[] RequestHash, string Method);

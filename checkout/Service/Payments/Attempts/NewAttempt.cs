namespace FlashSale.Checkout.Payments.Attempts;

/// <summary>An attempt that wants to begin.</summary>
public sealed record NewAttempt(Guid Id, Guid Reservation, string Key, byte[] RequestHash, string Method, string? ReceiptEmail = null)
{
    /// <summary>Without the shopper's address, so that it gets into no log by accident.</summary>
    public override string ToString() => $"attempt {Id:N}";
}

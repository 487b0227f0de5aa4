namespace FlashSale.Checkout.Payments.Attempts;

/// <summary>An attempt that wants to begin.</summary>
public sealed record NewAttempt(Guid Id, Guid Reservation, string Key, byte[] RequestHash, string Method, string? ReceiptEmail = null)
{
    /// <summary>The attempt as its row is right after it was persisted.</summary>
    public Attempt Begun(int number, Reservations.Reservation cart)
    {
        ArgumentNullException.ThrowIfNull(cart);
        return new Attempt(
            Id, Reservation, number, Method, cart.Price.Amount, cart.Price.Currency, cart.Sale.Value, Intent: null, Session: null,
            AttemptState.Created, AttemptOutcome.Undecided, Tries: 0, Doubt: false, Failures: 0, Authorised: false,
            SharedSql.Fresh, IsOverdue: false, RequestHash, Answer: null, ReceiptEmail)
        {
            Cart = cart,
        };
    }

    /// <summary>Without the shopper's address, so that it gets into no log by accident.</summary>
    public override string ToString() => $"attempt {Id:N}";
}

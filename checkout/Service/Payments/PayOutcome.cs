using FlashSale.Checkout.Payments.Attempts;
using FlashSale.Checkout.Payments.Provider;
using FlashSale.Checkout.Reservations;

namespace FlashSale.Checkout.Payments;

/// <summary>What became of <c>POST …/payments</c>: a closed set, mapped to HTTP in <see cref="PaymentRoutes"/>.</summary>
public abstract record PayOutcome
{
    private PayOutcome() { }

    /// <summary>Sold, declined or ended: what was written down, also for a repeat.</summary>
    public sealed record Decided(StoredAnswer Answer) : PayOutcome;

    /// <summary>Not known in time; it is being settled. The reservation as it is now.</summary>
    public sealed record Undecided(Reservation Reservation, bool IsProviderDown) : PayOutcome;

    /// <summary>The bank asks the shopper.</summary>
    /// <param name="Challenge">Null when the provider does not say how just now: the same request may be sent again.</param>
    public sealed record ActionRequired(Reservation Reservation, Challenge? Challenge) : PayOutcome;

    /// <summary>No payment was begun with this key.</summary>
    public sealed record NoSuchKey : PayOutcome;
    public sealed record InProgress : PayOutcome;
    public sealed record KeyReused : PayOutcome;
    public sealed record AlreadyBought : PayOutcome;
    public sealed record Ended(Reservation Reservation) : PayOutcome;

    /// <summary>The provider is down as a whole; nothing was begun.</summary>
    public sealed record ProviderDown(Reservation Reservation) : PayOutcome;
}

using FlashSale.Checkout.Reservations;

namespace FlashSale.Checkout.Payments.Refunds;

/// <summary>What became of the call of a refund: a closed set.</summary>
public abstract record RefundOutcome
{
    private RefundOutcome() { }

    /// <summary>Begun, now or by the same call before. The row as it is now: refunding, or refunded.</summary>
    public sealed record Begun(Reservation Reservation) : RefundOutcome;

    /// <summary>The key was used for this reservation with other wishes.</summary>
    public sealed record KeyReused : RefundOutcome;

    /// <summary>There is nothing to give back, or another call gives it back already.</summary>
    public sealed record NotSold : RefundOutcome;

    /// <summary>It was sold a moment ago, and its payment is being written down: again in a moment.</summary>
    public sealed record NotSettled : RefundOutcome;

    /// <summary>A sale keeps one unit at least.</summary>
    public sealed record LastUnit : RefundOutcome;
    public sealed record Missing : RefundOutcome;
}

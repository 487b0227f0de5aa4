namespace FlashSale.Checkout.Ledger;

/// <summary>Of a row of <c>reservations</c>, as stored; its life is drawn in ARCHITECTURE.md. It is live in every state but <see cref="Released"/> and <see cref="Refunded"/>.</summary>
public enum ReservationState
{
    /// <summary>In the cart, unpaid. The sweep releases it at its <c>release_at</c>.</summary>
    Held = 1,

    /// <summary>Authorised and secured for one payment attempt, being captured. Only that attempt may end it.</summary>
    Securing = 2,
    Sold = 3,
    Released = 4,

    /// <summary>Not a reservation: a unit taken out by a smaller inventory.</summary>
    Withdrawn = 5,

    /// <summary>Sold, and its money is on the way back: the unit is nobody else's yet.</summary>
    Refunding = 6,

    /// <summary>The money is back. Whether the unit was sold again or withdrawn, the call has said.</summary>
    Refunded = 7,
}

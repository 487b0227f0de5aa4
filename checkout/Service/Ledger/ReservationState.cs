namespace FlashSale.Checkout.Ledger;

/// <summary>Of a row of <c>reservations</c>, as stored; its life is drawn in ARCHITECTURE.md. It is live in every state but <see cref="Released"/>.</summary>
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
}

namespace FlashSale.Checkout.Ledger;

/// <summary>Sets of states as statements write them; a single one they write as <c>{ReservationState.Held:D}</c>.</summary>
internal static class ReservationStates
{
    /// <summary>The unit is in a cart, or being captured for it.</summary>
    public static readonly string InCart = Of(ReservationState.Held, ReservationState.Securing);

    /// <summary>The unit is sold; also while its money is on the way back.</summary>
    public static readonly string Sold = Of(ReservationState.Sold, ReservationState.Refunding);

    /// <summary>The unit is a shopper's.</summary>
    public static readonly string Taken = Of(
        ReservationState.Held, ReservationState.Securing, ReservationState.Sold, ReservationState.Refunding);

    /// <summary>Nobody else can have the unit.</summary>
    public static readonly string Live = Of(
        ReservationState.Held, ReservationState.Securing, ReservationState.Sold, ReservationState.Refunding,
        ReservationState.Withdrawn);

    /// <summary>The unit is the shopper's no more.</summary>
    public static readonly string Ended = Of(ReservationState.Released, ReservationState.Refunded);

    private static string Of(params IEnumerable<ReservationState> states) =>
        $"({string.Join(", ", states.Select(state => state.ToString("D")))})";
}

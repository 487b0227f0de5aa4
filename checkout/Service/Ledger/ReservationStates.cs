namespace FlashSale.Checkout.Ledger;

/// <summary>Sets of states as statements write them; a single one they write as <c>{ReservationState.Held:D}</c>.</summary>
internal static class ReservationStates
{
    /// <summary>The unit is in a cart, or being captured for it.</summary>
    public static readonly string InCart = Of(ReservationState.Held, ReservationState.Securing);

    /// <summary>The unit is a shopper's.</summary>
    public static readonly string Taken = Of(ReservationState.Held, ReservationState.Securing, ReservationState.Sold);

    /// <summary>Nobody else can have the unit.</summary>
    public static readonly string Live = Of(
        ReservationState.Held, ReservationState.Securing, ReservationState.Sold, ReservationState.Withdrawn);

    private static string Of(params IEnumerable<ReservationState> states) =>
        $"({string.Join(", ", states.Select(state => state.ToString("D")))})";
}

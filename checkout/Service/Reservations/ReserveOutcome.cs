namespace FlashSale.Checkout.Reservations;

/// <summary>What became of a redemption: a closed set.</summary>
public abstract record ReserveOutcome
{
    private ReserveOutcome() { }

    /// <summary>The unit is in the shopper's cart now.</summary>
    public sealed record Reserved(Reservation Reservation) : ReserveOutcome;

    /// <summary>This admission made this reservation before; it is still live.</summary>
    public sealed record Repeated(Reservation Reservation) : ReserveOutcome;

    /// <summary>This admission's reservation has ended, or is the storefront's server's and this is not its call.</summary>
    public sealed record AdmissionSpent : ReserveOutcome;

    /// <summary>Redeem-by has passed.</summary>
    public sealed record AdmissionMissed : ReserveOutcome;

    /// <summary>Another admission's unit is in this shopper's cart.</summary>
    public sealed record AlreadyReserved(ReservationId Reservation) : ReserveOutcome;
    public sealed record AlreadyBought : ReserveOutcome;
    public sealed record SaleEnded : ReserveOutcome;

    /// <summary>Someone else has the unit, or it was withdrawn: the waiting room admits the shopper again, from the front.</summary>
    public sealed record UnitTaken : ReserveOutcome;

    /// <summary>The ledger could not say within the bounds; the same request may be sent again.</summary>
    public sealed record Unavailable : ReserveOutcome;
}

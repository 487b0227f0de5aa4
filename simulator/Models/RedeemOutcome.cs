namespace FlashSale.Simulator.Models;

/// <summary>What became of a redemption: a closed set, as the checkout's.</summary>
public abstract record RedeemOutcome
{
    private RedeemOutcome() { }

    /// <summary>The unit is in the shopper's cart now.</summary>
    public sealed record Reserved(LedgerRow Row) : RedeemOutcome;

    /// <summary>This admission made this reservation before; it is still live.</summary>
    public sealed record Repeated(LedgerRow Row) : RedeemOutcome;

    /// <summary>This admission's reservation has ended, or is not the caller's.</summary>
    public sealed record AdmissionSpent : RedeemOutcome;

    /// <summary>Redeem-by has passed.</summary>
    public sealed record AdmissionMissed : RedeemOutcome;

    /// <summary>Another admission's unit is in this shopper's cart.</summary>
    /// <param name="Id">That reservation.</param>
    public sealed record AlreadyReserved(long Id) : RedeemOutcome;
    public sealed record AlreadyBought : RedeemOutcome;
    public sealed record SaleEnded : RedeemOutcome;

    /// <summary>Someone else has the unit, or it was withdrawn.</summary>
    public sealed record UnitTaken : RedeemOutcome;

    /// <summary>What was in the way of the insert is gone by now: insert again.</summary>
    public sealed record Gone : RedeemOutcome;
}

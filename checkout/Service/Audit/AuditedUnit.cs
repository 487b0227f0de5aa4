using FlashSale.Checkout.Ledger;

namespace FlashSale.Checkout.Audit;

/// <summary>A row of the ledger that has to do with an admission: it is the admission's own, or it has its unit.</summary>
internal sealed record AuditedUnit
{
    /// <summary>Null when the row's unit may be anybody's.</summary>
    public int? LiveUnit { get; init; }

    /// <summary>Null when the unit is withdrawn.</summary>
    public string? Admission { get; init; }
    public ReservationState State { get; init; }
}

using FlashSale.Checkout.Ledger;

namespace FlashSale.Checkout.Payments.Refunds;

/// <summary>What a refund must know of its reservation.</summary>
internal sealed class RefundRow
{
    public int SaleNo { get; init; }
    public string Sale { get; init; } = "";
    public string Storefront { get; init; } = "";
    public int Unit { get; init; }
    public ReservationState State { get; init; }
    public Guid? SecuredBy { get; init; }
    public string? RefundKey { get; init; }
    public RefundUnit? RefundUnit { get; init; }
    public bool RefundRejoin { get; init; }
    public int Inventory { get; init; }
}

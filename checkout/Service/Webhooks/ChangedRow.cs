using System.Text;

using FlashSale.Checkout.Ledger;
using FlashSale.Contract;

namespace FlashSale.Checkout.Webhooks;

/// <summary>What the ledger says of a <see cref="ChangedReservation"/>.</summary>
internal sealed class ChangedRow
{
    public Guid Id { get; init; }
    public string Sale { get; init; } = "";
    public int Unit { get; init; }
    public byte[]? Shopper { get; init; }
    public string? Admission { get; init; }
    public ReservationState State { get; init; }
    public ReleaseReason? Reason { get; init; }
    public long PriceAmount { get; init; }
    public string PriceCurrency { get; init; } = "";
    public DateTimeOffset PayBy { get; init; }
    public string? OrderNumber { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset ChangedAt { get; init; }

    public ChangedReservation ToReservation() => new(
        Id, SaleId.Parse(Sale), Unit, Encoding.UTF8.GetString(Shopper ?? []), Admission ?? "", State, Reason,
        new Money(PriceAmount, PriceCurrency), PayBy, OrderNumber, CreatedAt, ChangedAt);
}

using FlashSale.Checkout.Ledger;
using FlashSale.Contract;

namespace FlashSale.Checkout.Webhooks;

/// <summary>A row of the ledger that has changed lately.</summary>
public sealed record ChangedReservation(
    Guid Id, SaleId Sale, int Unit, string Shopper, string Admission, ReservationState State, ReleaseReason? Reason,
    Money Price, DateTimeOffset PayBy, string? OrderNumber, DateTimeOffset CreatedAt, DateTimeOffset ChangedAt);

using FlashSale.Checkout.Reservations;
using FlashSale.Contract;

namespace FlashSale.Checkout.Payments.Attempts;

/// <summary>What the ledger says of a <see cref="FlaggedAttempt"/>.</summary>
internal sealed class FlaggedRow
{
    public Guid Id { get; init; }
    public string Sale { get; init; } = "";
    public Guid Reservation { get; init; }
    public string? Intent { get; init; }
    public AttemptState State { get; init; }
    public string? Note { get; init; }
    public DateTimeOffset CreatedAt { get; init; }

    public FlaggedAttempt ToAttempt() => new(
        Id.ToString("N"), new ReservationId(SaleId.Parse(Sale), Reservation).ToString(), Intent, State.ToString(), Note,
        CreatedAt);
}

namespace FlashSale.Checkout.Audit;

/// <param name="Cursor">For the next page; null after the last.</param>
public sealed record ReservationPage(IReadOnlyList<ReservationLine> Reservations, string? Cursor);

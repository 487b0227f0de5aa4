using FlashSale.Checkout.Reservations;

namespace FlashSale.Checkout.Payments;

internal static class ReservationView
{
    public static object Of(Reservation row) => new
    {
        id = row.PublicId.ToString(),
        sale = row.Sale,
        unit = row.Unit,
        state = row.State is ReservationState.Securing ? "held" : row.State.ToString().ToLowerInvariant(),
        reason = row.Reason?.ToString().ToLowerInvariant(),
        payBy = row.PayBy,
        price = row.Price,
        payment = new
        {
            state = row.PaymentState.ToString().ToLowerInvariant(),
            attemptsLeft = Math.Max(0, row.AttemptsAllowed - row.PaymentAttempts),
        },
        orderNumber = row.OrderNumber,
        serverTime = row.Now,
    };
}

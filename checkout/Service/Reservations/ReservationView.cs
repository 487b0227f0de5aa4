using System.Text.Json;

using FlashSale.Checkout.Ledger;
using FlashSale.Contract;

namespace FlashSale.Checkout.Reservations;

/// <summary>A reservation as the contract shows it.</summary>
public sealed record ReservationView(
    string Id, SaleId Sale, int Unit, string State, string? Reason, DateTimeOffset PayBy, Money Price,
    PaymentView Payment, string? OrderNumber, DateTimeOffset ServerTime)
{
    /// <param name="providerDown">Payments can't be made right now; the unit stays in the cart.</param>
    public static ReservationView Of(Reservation row, bool providerDown = false)
    {
        ArgumentNullException.ThrowIfNull(row);
        // While it is being captured the shopper still holds it.
        var state = row.State is ReservationState.Securing ? ReservationState.Held : row.State;
        return new ReservationView(
            row.PublicId.ToString(), row.Sale, row.Unit, Name(state), row.Reason is { } reason ? Name(reason) : null,
            row.PayBy, row.Price,
            new PaymentView(Name(row.PaymentState), Math.Max(0, row.AttemptsAllowed - row.PaymentAttempts), providerDown),
            row.OrderNumber, row.Now);
    }

    internal static string Name<T>(T value) where T : struct, Enum => JsonNamingPolicy.CamelCase.ConvertName(value.ToString());
}

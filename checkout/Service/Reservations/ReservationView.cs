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
    public static ReservationView Of(Reservation row, bool providerDown = false, NextActionView? nextAction = null)
    {
        ArgumentNullException.ThrowIfNull(row);
        // While it is being captured the shopper still holds it.
        var state = row.State is ReservationState.Securing ? ReservationState.Held : row.State;
        return new ReservationView(
            row.PublicId.ToString(), row.Sale, row.Unit, Name(state), row.Reason is { } reason ? Name(reason) : null,
            row.PayBy, row.Price,
            new PaymentView(Name(row.PaymentState), AttemptsLeft(row), providerDown, nextAction),
            row.OrderNumber, row.Now);
    }

    /// <summary>A challenge uses up no attempt until the bank has said no.</summary>
    private static int AttemptsLeft(Reservation row) => Math.Max(
        0, row.AttemptsAllowed - row.PaymentAttempts + (row.PaymentState is PaymentState.ActionRequired ? 1 : 0));

    internal static string Name<T>(T value) where T : struct, Enum => JsonNamingPolicy.CamelCase.ConvertName(value.ToString());
}

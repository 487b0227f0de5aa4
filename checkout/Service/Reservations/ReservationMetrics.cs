using System.Diagnostics.Metrics;

namespace FlashSale.Checkout.Reservations;

/// <summary>What a checkout counts of reservations.</summary>
internal static class ReservationMetrics
{
    private static readonly Meter s_meter = new("FlashSale.Checkout");

    private static readonly Counter<long> s_redemptions = s_meter.CreateCounter<long>(
        "flashsale.reservations", "{request}", "Requests to put the admitted unit in the cart, by outcome.");

    public static void Redeemed(ReserveOutcome outcome) =>
        s_redemptions.Add(1, new KeyValuePair<string, object?>("outcome", outcome switch
        {
            ReserveOutcome.Reserved => "reserved",
            ReserveOutcome.Repeated => "repeated",
            ReserveOutcome.AdmissionSpent => "admission_spent",
            ReserveOutcome.AdmissionMissed => "admission_missed",
            ReserveOutcome.AlreadyReserved => "already_reserved",
            ReserveOutcome.AlreadyBought => "already_bought",
            ReserveOutcome.SaleEnded => "sale_ended",
            ReserveOutcome.UnitTaken => "unit_taken",
            _ => "unavailable",
        }));
}

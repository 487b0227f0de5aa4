using FlashSale.Checkout.Ledger;

namespace FlashSale.Checkout.Audit;

/// <summary>
/// The invariants as queries over one sale: each row of an answer is a violation, told in words. None of them relies on
/// the keys that should make a violation impossible. @no: the sale.
/// </summary>
internal static class AuditRules
{
    /// <summary>The sweep and its clock's resolution may release this much after release_at.</summary>
    public const int SweepDelaySeconds = 5;

    /// <summary>Violations told of each rule; the rest of a broken ledger looks the same.</summary>
    public const int MaxRows = 20;

    /// <summary>→ inventory, the ledger's clock, held, sold.</summary>
    public static readonly string Numbers =
        $"""
        SELECT s.inventory, UTC_TIMESTAMP(3),
          (SELECT COUNT(*) FROM reservations WHERE sale_no = @no AND state IN {ReservationStates.InCart}),
          (SELECT COUNT(*) FROM reservations WHERE sale_no = @no AND state IN {ReservationStates.Sold})
        FROM sales s WHERE s.no = @no
        """;

    /// <summary>→ <see cref="AuditedUnit"/>s. @ids and @units: of admissions.</summary>
    public const string OfAdmissions =
        """
        SELECT live_unit, admission, state FROM reservations WHERE sale_no = @no AND admission IN @ids
        UNION SELECT live_unit, admission, state FROM reservations WHERE sale_no = @no AND live_unit IN @units
        """;

    public static readonly string[] Rules =
    [
        $"""
        SELECT CONCAT('invariant 1: ', COUNT(*), ' held and sold units, but an inventory of ', MAX(s.inventory))
        FROM reservations r JOIN sales s ON s.no = r.sale_no WHERE r.sale_no = @no AND r.state IN {ReservationStates.Taken}
        HAVING COUNT(*) > MAX(s.inventory)
        """,
        $"""
        SELECT CONCAT('invariant 1: unit ', unit, ' is live ', COUNT(*), ' times') FROM reservations
        WHERE sale_no = @no AND state IN {ReservationStates.Live} GROUP BY unit HAVING COUNT(*) > 1
        """,
        $"""
        SELECT CONCAT('invariant 1: unit ', r.unit, ' is outside 1 to ', s.max_unit)
        FROM reservations r JOIN sales s ON s.no = r.sale_no
        WHERE r.sale_no = @no AND r.unit NOT BETWEEN 1 AND s.max_unit
        """,
        $"""
        SELECT CONCAT('invariant 1: ', COUNT(r.id), ' units are withdrawn instead of ', MAX(s.max_unit - s.inventory))
        FROM sales s LEFT JOIN reservations r ON r.sale_no = s.no AND r.state = {ReservationState.Withdrawn:D} WHERE s.no = @no
        HAVING COUNT(r.id) <> MAX(s.max_unit - s.inventory)
        """,
        $"""
        SELECT CONCAT('invariant 2: a shopper has ', COUNT(*), ' live units: ', GROUP_CONCAT(unit)) FROM reservations
        WHERE sale_no = @no AND state IN {ReservationStates.Taken} GROUP BY shopper HAVING COUNT(*) > 1
        """,
        $"""
        SELECT CONCAT('invariant 2: reservation ', LOWER(HEX(id)), ' of unit ', unit, ' does not guard what it holds')
        FROM reservations WHERE sale_no = @no AND (
          (state IN {ReservationStates.Live} AND NOT (live_unit <=> unit))
          OR (state IN {ReservationStates.Taken} AND NOT (live_shopper <=> shopper))
          OR (state = {ReservationState.Released:D} AND (live_unit IS NOT NULL OR live_shopper IS NOT NULL))
          OR (state = {ReservationState.Refunded:D} AND (live_unit IS NOT NULL
            OR NOT (live_shopper <=> IF(refund_rejoin = 1, NULL, shopper)))))
        """,
        $"""
        SELECT CONCAT('invariant 4: admission ', admission, ' made ', COUNT(*), ' reservations') FROM reservations
        WHERE sale_no = @no AND admission IS NOT NULL GROUP BY admission HAVING COUNT(*) > 1
        """,
        $"""
        SELECT CONCAT('invariant 5: reservation ', LOWER(HEX(id)), ' was sold without an order number') FROM reservations
        WHERE sale_no = @no AND (state IN {ReservationStates.Sold} OR state = {ReservationState.Refunded:D}) AND order_number IS NULL
        """,
        $"""
        SELECT CONCAT('invariant 5: order number ', order_number, ' was given ', COUNT(*), ' times') FROM reservations
        WHERE sale_no = @no AND order_number IS NOT NULL GROUP BY order_number HAVING COUNT(*) > 1
        """,
        $"""
        SELECT CONCAT('invariant 5: reservation ', LOWER(HEX(id)), ' is secured or paid for by no attempt') FROM reservations
        WHERE sale_no = @no AND ((state = {ReservationState.Securing:D} AND secured_by IS NULL)
          OR (state IN {ReservationStates.Sold} AND secured_by IS NULL AND payment_state = {PaymentState.Captured:D})
          OR (state IN {ReservationStates.Sold} AND secured_by IS NOT NULL
            AND payment_state <> {PaymentState.Captured:D}))
        """,
        $"""
        SELECT CONCAT('invariant 6: unit ', unit, ' is held since its release was due at ', release_at) FROM reservations
        WHERE sale_no = @no AND state = {ReservationState.Held:D} AND release_at < UTC_TIMESTAMP(3) - INTERVAL {SweepDelaySeconds} SECOND
        """,
        $"""
        SELECT CONCAT('invariant 6: reservation ', LOWER(HEX(id)), ' was released for no reason') FROM reservations
        WHERE sale_no = @no AND state = {ReservationState.Released:D} AND shopper IS NOT NULL AND reason IS NULL
        """,
        $"""
        SELECT CONCAT('invariant 6: reservation ', LOWER(HEX(id)), ' had ', payment_attempts, ' attempts of ', attempts_allowed)
        FROM reservations WHERE sale_no = @no AND payment_attempts > attempts_allowed
        """,
    ];
}

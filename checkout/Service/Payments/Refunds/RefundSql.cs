using FlashSale.Checkout.Ledger;
using FlashSale.Checkout.Payments.Attempts;
using FlashSale.Checkout.Payments.Differences;

namespace FlashSale.Checkout.Payments.Refunds;

/// <summary>The statements of money that goes back. Rows are locked in the order sale, reservation, attempt.</summary>
internal static class RefundSql
{
    /// <summary>@id → a <see cref="RefundRow"/>, without a lock.</summary>
    public const string Look =
        """
        SELECT r.sale_no, r.unit, r.state, r.secured_by, r.refund_key, r.refund_unit, r.refund_rejoin, s.inventory,
          s.id AS sale, s.storefront
        FROM reservations r JOIN sales s ON s.no = r.sale_no WHERE r.id = @id AND r.shopper IS NOT NULL
        """;

    /// <summary>sold → refunding. @id, @attempt (null: the storefront took the payment), @key, @unit, @rejoin.</summary>
    public static readonly string Begin =
        $"""
        UPDATE reservations FORCE INDEX (PRIMARY) SET state = {ReservationState.Refunding:D}, refund_key = @key,
          refund_unit = @unit, refund_rejoin = @rejoin, changed_at = UTC_TIMESTAMP(3)
        WHERE id = @id AND state = {ReservationState.Sold:D} AND secured_by <=> @attempt
        """;

    /// <summary>The attempt that captured the money gives it back: due now, for anyone. @attempt, @from (its state).</summary>
    public static readonly string Return =
        $"""
        UPDATE payment_attempts FORCE INDEX (PRIMARY) SET state = {AttemptState.Returning:D}, version = version + 1, doubt = 1,
          tries = 0, failures = 0, flagged_at = NULL, counted_from = UTC_TIMESTAMP(3), changed_at = UTC_TIMESTAMP(3),
          lease_until = UTC_TIMESTAMP(3), due_at = UTC_TIMESTAMP(3)
        WHERE id = @attempt AND state = @from
        """;

    /// <summary>
    /// Refunded, and the provider has said since that the buyer has not got the money: this call tries again. @id, @attempt,
    /// @key.
    /// </summary>
    public static readonly string Again =
        $"""
        UPDATE reservations FORCE INDEX (PRIMARY) SET refund_key = @key
        WHERE id = @id AND state = {ReservationState.Refunded:D} AND EXISTS (
          SELECT 1 FROM payment_differences d WHERE d.attempt = @attempt AND d.kind = {DifferenceKind.RefundFailed:D}
            AND d.answered_at IS NULL)
        """;

    /// <summary>The unit is taken out of the sale, which keeps one at least. @no.</summary>
    public const string Shrink =
        $"UPDATE sales SET inventory = inventory - 1, revision = {Revision.Next} WHERE no = @no AND inventory > 1";

    /// <summary>
    /// refunding → refunded. A buyer who may not join again stays the one shopper that this sale knows. @id, @attempt.
    /// </summary>
    public static readonly string End =
        $"""
        UPDATE reservations FORCE INDEX (PRIMARY) SET state = {ReservationState.Refunded:D}, live_unit = NULL,
          live_shopper = IF(refund_rejoin = 1, NULL, live_shopper),
          payment_state = IF(secured_by IS NULL, payment_state, {PaymentState.Refunded:D}), changed_at = UTC_TIMESTAMP(3)
        WHERE id = @id AND state = {ReservationState.Refunding:D} AND secured_by <=> @attempt
        """;

    /// <summary>Nobody's: see <c>Inventory</c>. @id (a new one), @no, @unit.</summary>
    public static readonly string Withdraw =
        $"""
        INSERT INTO reservations (id, sale_no, unit, state, live_unit, created_at, pay_by, release_at, changed_at)
        VALUES (@id, @no, @unit, {ReservationState.Withdrawn:D}, @unit, UTC_TIMESTAMP(3), UTC_TIMESTAMP(3), UTC_TIMESTAMP(3),
          UTC_TIMESTAMP(3))
        """;
}

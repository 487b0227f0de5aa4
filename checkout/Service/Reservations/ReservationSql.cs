using FlashSale.Checkout.Ledger;
using FlashSale.Checkout.Ledger.Outages;

namespace FlashSale.Checkout.Reservations;

/// <summary>
/// The transitions' statements, as ARCHITECTURE.md draws them. Each is one UPDATE by primary key with the old state in
/// its WHERE; the affected count says who won.
/// </summary>
internal static class ReservationSql
{
    public const string From = " FROM reservations r JOIN sales s ON s.no = r.sale_no ";

    /// <summary>
    /// As <see cref="From"/>, by ids. While a young table's statistics say that it is empty, the optimizer would rather
    /// read every reservation of the sale.
    /// </summary>
    public const string FromIds =
        " FROM reservations r FORCE INDEX (PRIMARY) STRAIGHT_JOIN sales s ON s.no = r.sale_no ";

    /// <summary>@id → the row.</summary>
    public const string ById = "SELECT " + ReservationRow.Columns + From + "WHERE r.id = @id AND r.shopper IS NOT NULL";

    /// <summary>@sale (its number), @shopper → what the shopper has bought.</summary>
    public static readonly string Bought =
        "SELECT " + ReservationRow.Columns + From
        + $"WHERE r.sale_no = @sale AND r.live_shopper = @shopper AND r.state = {ReservationState.Sold:D}";

    /// <summary>held → securing, while the unit is still the shopper's. @id, @attempt.</summary>
    public static readonly string Secure =
        $"""
        UPDATE reservations FORCE INDEX (PRIMARY) SET state = {ReservationState.Securing:D}, secured_by = @attempt,
          payment_state = {PaymentState.Authorised:D}, changed_at = UTC_TIMESTAMP(3)
        WHERE id = @id AND state = {ReservationState.Held:D} AND release_at > UTC_TIMESTAMP(3);
        """;

    /// <summary>@id → the seconds of its sale.</summary>
    public const string AuthenticationSeconds =
        "SELECT s.authentication_seconds" + FromIds + "WHERE r.id = @id";

    /// <summary>
    /// A cart whose bank asks the shopper gets more time, once: pay-by is @seconds from now, unless it is later anyway, and
    /// never moves by more than @seconds. Assigned from left to right: the later two use the first. @id, @seconds.
    /// </summary>
    public static readonly string Extend =
        $"""
        UPDATE reservations FORCE INDEX (PRIMARY) SET
          extended_ms = GREATEST(0, LEAST(@seconds * 1000,
            @seconds * 1000 - TIMESTAMPDIFF(MICROSECOND, UTC_TIMESTAMP(3), pay_by) DIV 1000)),
          pay_by = pay_by + INTERVAL extended_ms * 1000 MICROSECOND,
          release_at = release_at + INTERVAL extended_ms * 1000 MICROSECOND, changed_at = UTC_TIMESTAMP(3)
        WHERE id = @id AND state = {ReservationState.Held:D} AND extended_ms = 0 AND release_at > UTC_TIMESTAMP(3)
        """;

    /// <summary>securing → sold. @id, @attempt, @order.</summary>
    public static readonly string Sell =
        $"""
        UPDATE reservations FORCE INDEX (PRIMARY) SET state = {ReservationState.Sold:D}, order_number = @order,
          payment_state = {PaymentState.Captured:D}, changed_at = UTC_TIMESTAMP(3)
        WHERE id = @id AND state = {ReservationState.Securing:D} AND secured_by = @attempt;
        """;

    /// <summary>→ the shoppers' time (see <see cref="PulseSql"/>).</summary>
    public const string Now = "SELECT " + PulseSql.Now;

    /// <summary>
    /// securing → held, or → released (expired) when release_at has passed by the shoppers' time, which is read before it,
    /// as for <see cref="Expire"/>. @id, @attempt, @now, @payment (the payment state to show).
    /// </summary>
    public static readonly string Reopen =
        $"""
        UPDATE reservations FORCE INDEX (PRIMARY) SET
          state = IF(release_at > @now, {ReservationState.Held:D}, {ReservationState.Released:D}),
          reason = IF(release_at > @now, NULL, {ReleaseReason.Expired:D}),
          live_unit = IF(release_at > @now, live_unit, NULL),
          live_shopper = IF(release_at > @now, live_shopper, NULL),
          secured_by = NULL, payment_state = @payment, changed_at = UTC_TIMESTAMP(3)
        WHERE id = @id AND state = {ReservationState.Securing:D} AND secured_by = @attempt;
        """;

    /// <summary>held, or securing for @attempt (null: held only), → released. @id, @reason, @attempt.</summary>
    public static readonly string Release =
        $"""
        UPDATE reservations FORCE INDEX (PRIMARY) SET state = {ReservationState.Released:D}, reason = @reason,
          live_unit = NULL, live_shopper = NULL, changed_at = UTC_TIMESTAMP(3)
        WHERE id = @id AND (state = {ReservationState.Held:D}
          OR (state = {ReservationState.Securing:D} AND secured_by = @attempt));
        """;

    /// <summary>held → released by the shopper, unless it is the storefront's server's. @id, @reason.</summary>
    public static readonly string GiveBack =
        $"""
        UPDATE reservations FORCE INDEX (PRIMARY) SET state = {ReservationState.Released:D}, reason = @reason,
          live_unit = NULL, live_shopper = NULL, changed_at = UTC_TIMESTAMP(3)
        WHERE id = @id AND state = {ReservationState.Held:D} AND by_storefront = 0;
        """;

    /// <summary>A live reservation becomes the storefront's server's. @id.</summary>
    public static readonly string Bind =
        $"""
        UPDATE reservations FORCE INDEX (PRIMARY) SET by_storefront = 1
        WHERE id = @id AND state IN {ReservationStates.Taken};
        """;

    /// <summary>held → sold: the storefront took the payment. @id, @order.</summary>
    public static readonly string Confirm =
        $"""
        UPDATE reservations FORCE INDEX (PRIMARY) SET state = {ReservationState.Sold:D}, order_number = @order,
          changed_at = UTC_TIMESTAMP(3)
        WHERE id = @id AND state = {ReservationState.Held:D} AND release_at > UTC_TIMESTAMP(3);
        """;

    /// <summary>
    /// → ids of held rows past release_at by the shoppers' time (see <see cref="PulseSql"/>), and that time; without a
    /// lock. @limit.
    /// </summary>
    public static readonly string Due =
        $"""
        SELECT id, {PulseSql.Now} FROM reservations WHERE state = {ReservationState.Held:D} AND release_at <= {PulseSql.Now}
        ORDER BY release_at LIMIT @limit
        """;

    /// <summary>
    /// held and due → released (expired). It was due at a time at which the ledger was not out: a pay-by that has been
    /// moved since is respected. @due; the id is appended as a parameter.
    /// </summary>
    public static readonly string Expire =
        $"""
        UPDATE reservations FORCE INDEX (PRIMARY) SET state = {ReservationState.Released:D},
          reason = {ReleaseReason.Expired:D}, live_unit = NULL, live_shopper = NULL, changed_at = UTC_TIMESTAMP(3)
        WHERE state = {ReservationState.Held:D} AND release_at <= @due AND id = 
        """;
}

using System.Data.Common;

using FlashSale.Checkout.Ledger.Outages;
using FlashSale.Contract;

namespace FlashSale.Checkout.Reservations;

/// <summary>
/// The transitions' statements. Each is one UPDATE by primary key with the old state in its WHERE; the affected count says
/// who won. States are written as numbers: 1 held, 2 securing, 3 sold, 4 released, 5 withdrawn.
/// <code>
///  redeem ──► held ──SecureAsync──► securing ──SellAsync──► sold
///              │ ▲                   │   │
///              │ └────ReopenAsync────┘   └─ReopenAsync past release_at, ReleaseAsync──► released
///              ├──ConfirmAsync──► sold
///              └──ReleaseAsync, sweep──► released
/// </code>
/// </summary>
internal static class ReservationSql
{
    /// <summary>What <see cref="Read"/> reads, from <c>reservations r JOIN sales s</c>.</summary>
    public const string Columns =
        """
        r.id, r.sale_no, s.id, r.unit, CONVERT(r.shopper USING utf8mb4), r.admission, r.place, r.state, r.reason,
        r.price_amount, r.price_currency, r.attempts_allowed, r.payment_attempts, r.payment_state, r.secured_by,
        r.order_number, r.created_at, r.pay_by, r.release_at, r.changed_at, UTC_TIMESTAMP(3), r.by_storefront
        """;

    public const string From = " FROM reservations r JOIN sales s ON s.no = r.sale_no ";

    /// <summary>
    /// As <see cref="From"/>, by ids. While a young table's statistics say that it is empty, the optimizer would rather read
    /// every reservation of the sale.
    /// </summary>
    public const string FromIds = " FROM reservations r FORCE INDEX (PRIMARY) STRAIGHT_JOIN sales s ON s.no = r.sale_no ";

    /// <summary>@id → the row.</summary>
    public const string ById = "SELECT " + Columns + From + "WHERE r.id = @id AND r.shopper IS NOT NULL";

    /// <summary>held → securing, while the unit is still the shopper's. @id, @attempt.</summary>
    public const string Secure =
        """
        UPDATE reservations FORCE INDEX (PRIMARY) SET state = 2, secured_by = @attempt, payment_state = 4, changed_at = UTC_TIMESTAMP(3)
        WHERE id = @id AND state = 1 AND release_at > UTC_TIMESTAMP(3);
        """;

    /// <summary>securing → sold. @id, @attempt, @order.</summary>
    public const string Sell =
        """
        UPDATE reservations FORCE INDEX (PRIMARY) SET state = 3, order_number = @order, payment_state = 5, changed_at = UTC_TIMESTAMP(3)
        WHERE id = @id AND state = 2 AND secured_by = @attempt;
        """;

    /// <summary>→ the shoppers' time (see <see cref="PulseSql"/>).</summary>
    public const string Now = "SELECT " + PulseSql.Now;

    /// <summary>
    /// securing → held, or → released (expired) when release_at has passed by the shoppers' time, which is read before it, as
    /// for <see cref="Expire"/>. @id, @attempt, @now, @payment (the payment state to show).
    /// </summary>
    public const string Reopen =
        """
        UPDATE reservations FORCE INDEX (PRIMARY) SET
          state = IF(release_at > @now, 1, 4),
          reason = IF(release_at > @now, NULL, 1),
          live_unit = IF(release_at > @now, live_unit, NULL),
          live_shopper = IF(release_at > @now, live_shopper, NULL),
          secured_by = NULL, payment_state = @payment, changed_at = UTC_TIMESTAMP(3)
        WHERE id = @id AND state = 2 AND secured_by = @attempt;
        """;

    /// <summary>held, or securing for @attempt (null: held only), → released. @id, @reason, @attempt.</summary>
    public const string Release =
        """
        UPDATE reservations FORCE INDEX (PRIMARY) SET state = 4, reason = @reason, live_unit = NULL, live_shopper = NULL,
          changed_at = UTC_TIMESTAMP(3)
        WHERE id = @id AND (state = 1 OR (state = 2 AND secured_by = @attempt));
        """;

    /// <summary>held → released by the shopper, unless it is the storefront's server's. @id, @reason.</summary>
    public const string GiveBack =
        """
        UPDATE reservations FORCE INDEX (PRIMARY) SET state = 4, reason = @reason, live_unit = NULL, live_shopper = NULL,
          changed_at = UTC_TIMESTAMP(3)
        WHERE id = @id AND state = 1 AND by_storefront = 0;
        """;

    /// <summary>A live reservation becomes the storefront's server's. @id.</summary>
    public const string Bind =
        """
        UPDATE reservations FORCE INDEX (PRIMARY) SET by_storefront = 1 WHERE id = @id AND state IN (1, 2, 3);
        """;

    /// <summary>held → sold: the storefront took the payment. @id, @order.</summary>
    public const string Confirm =
        """
        UPDATE reservations FORCE INDEX (PRIMARY) SET state = 3, order_number = @order, changed_at = UTC_TIMESTAMP(3)
        WHERE id = @id AND state = 1 AND release_at > UTC_TIMESTAMP(3);
        """;

    /// <summary>
    /// → ids of held rows past release_at by the shoppers' time (see <see cref="PulseSql"/>), and that time; without a lock.
    /// @limit.
    /// </summary>
    public const string Due =
        "SELECT id, " + PulseSql.Now + " FROM reservations WHERE state = 1 AND release_at <= " + PulseSql.Now
        + " ORDER BY release_at LIMIT @limit";

    /// <summary>
    /// held and due → released (expired). It was due at a time at which the ledger was not out: a pay-by that has been moved
    /// since is respected. @due; the id is appended as a parameter.
    /// </summary>
    public const string Expire =
        """
        UPDATE reservations FORCE INDEX (PRIMARY) SET state = 4, reason = 1, live_unit = NULL, live_shopper = NULL,
          changed_at = UTC_TIMESTAMP(3)
        WHERE state = 1 AND release_at <= @due AND id = 
        """;

    /// <summary>The row that the reader stands on.</summary>
    public static Reservation Read(DbDataReader row) => new(
        row.GetGuid(0), row.GetInt32(1), SaleId.Parse(row.GetString(2)), row.GetInt32(3), row.GetString(4),
        row.GetString(5), row.GetInt64(6), (ReservationState)row.GetInt32(7),
        row.IsDBNull(8) ? null : (ReleaseReason)row.GetInt32(8), new Money(row.GetInt64(9), row.GetString(10)),
        row.GetInt32(11), row.GetInt32(12), (PaymentState)row.GetInt32(13), row.IsDBNull(14) ? null : row.GetGuid(14),
        row.IsDBNull(15) ? null : row.GetString(15), Time(row, 16), Time(row, 17), Time(row, 18), Time(row, 19),
        Time(row, 20), row.GetInt32(21) != 0);

    private static DateTimeOffset Time(DbDataReader row, int at) => new(row.GetDateTime(at), TimeSpan.Zero);
}

using FlashSale.Checkout.Ledger;

namespace FlashSale.Checkout.Webhooks;

/// <summary>The statements of webhooks. None holds a lock for longer than itself.</summary>
internal static class WebhookSql
{
    /// <summary>@storefront → its URL, locked until the end of the transaction.</summary>
    public const string LockUrl = "SELECT url FROM webhook_endpoints WHERE storefront = @storefront FOR UPDATE";

    /// <summary>@storefront → its URL.</summary>
    public const string Url = "SELECT url FROM webhook_endpoints WHERE storefront = @storefront";

    /// <summary>Nothing where there is one already, or no such storefront.</summary>
    public const string Register =
        """
        INSERT IGNORE INTO webhook_endpoints (storefront, url, secret, scanned_to, scan_until)
        SELECT id, @url, @secret, UTC_TIMESTAMP(3), UTC_TIMESTAMP(3) FROM storefronts WHERE id = @storefront
        """;

    public const string Move = "UPDATE webhook_endpoints SET url = @url WHERE storefront = @storefront";

    public const string Remove =
        """
        DELETE FROM webhook_endpoints WHERE storefront = @storefront;
        DELETE FROM webhook_deliveries WHERE storefront = @storefront
        """;

    /// <summary>Takes or keeps the right to scan for an endpoint; affects 0 rows while another checkout has it.</summary>
    public const string Lease =
        """
        UPDATE webhook_endpoints SET scanner = @me, scan_until = UTC_TIMESTAMP(3) + INTERVAL 10 SECOND
        WHERE storefront = @storefront AND (scanner = @me OR scan_until < UTC_TIMESTAMP(3))
        """;

    /// <summary>A page of what changed from (@from, @after) on, in the order of change.</summary>
    public const string Changes =
        """
        SELECT r.id, s.id AS sale, r.unit, r.shopper, r.admission, r.state, r.reason, r.price_amount, r.price_currency,
          r.pay_by, r.order_number, r.created_at, r.changed_at
        FROM reservations r JOIN sales s ON s.no = r.sale_no
        WHERE r.changed_at >= @from AND NOT (r.changed_at = @from AND r.id <= @after) AND s.storefront = @storefront
        ORDER BY r.changed_at, r.id LIMIT @limit
        """;

    public const string Advance =
        """
        UPDATE webhook_endpoints SET scanned_to = @to
        WHERE storefront = @storefront AND scanner = @me AND scanned_to < @to
        """;

    public static readonly string Add =
        $"""
        INSERT IGNORE INTO webhook_deliveries (storefront, event, type, body, state, attempts, next_at, created_at)
        VALUES (@storefront, @id, @type, @body, {DeliveryState.Pending:D}, 0, UTC_TIMESTAMP(3), UTC_TIMESTAMP(3))
        """;

    public static readonly string SoldOut =
        $"""
        SELECT s.inventory, (SELECT COUNT(*) FROM reservations r
            WHERE r.sale_no = s.no AND r.state = {ReservationState.Refunded:D}) AS refunded
        FROM sales s WHERE s.id = @sale
          AND (SELECT COUNT(*) FROM reservations r
            WHERE r.sale_no = s.no AND r.state = {ReservationState.Sold:D}) >= s.inventory
        """;

    // Calls to shoppers wait for nothing else that the same storefront is told.
    private const string Lane = $"IF(d.type = '{WebhookEvent.Soon}', 'calls', 'events')";

    public static readonly string DueLanes =
        $"""
        SELECT DISTINCT d.storefront, {Lane} AS name
        FROM webhook_deliveries d JOIN webhook_endpoints e ON e.storefront = d.storefront
        WHERE d.state = {DeliveryState.Pending:D} AND d.next_at <= UTC_TIMESTAMP(3)
        """;

    public static readonly string Due =
        $"""
        SELECT d.event AS id, d.type, d.body, d.attempts, e.url, e.secret, d.created_at, UTC_TIMESTAMP(3) AS read_at
        FROM webhook_deliveries d JOIN webhook_endpoints e ON e.storefront = d.storefront
        WHERE d.storefront = @storefront AND {Lane} = @lane AND d.state = {DeliveryState.Pending:D} AND d.next_at <= UTC_TIMESTAMP(3)
        ORDER BY d.next_at, d.created_at LIMIT @limit
        """;

    /// <summary>Makes a try this checkout's: another may only try when the lease is over and the outcome unknown.</summary>
    public static readonly string Claim =
        $"""
        UPDATE webhook_deliveries SET attempts = attempts + 1, next_at = UTC_TIMESTAMP(3) + INTERVAL @lease SECOND
        WHERE storefront = @storefront AND event = @id AND state = {DeliveryState.Pending:D} AND attempts = @attempts
          AND next_at <= UTC_TIMESTAMP(3)
        """;

    public static readonly string Delivered =
        $"""
        UPDATE webhook_deliveries SET state = {DeliveryState.Delivered:D}, next_at = UTC_TIMESTAMP(3), last_status = @status,
          last_error = NULL
        WHERE storefront = @storefront AND event = @id AND state = {DeliveryState.Pending:D}
        """;

    /// <summary>@wait is null when there is no further try.</summary>
    public static readonly string Failed =
        $"""
        UPDATE webhook_deliveries SET state = IF(@wait IS NULL, {DeliveryState.Dead:D}, {DeliveryState.Pending:D}),
          last_status = @status, last_error = @error,
          next_at = UTC_TIMESTAMP(3) + INTERVAL COALESCE(@wait, 0) SECOND
        WHERE storefront = @storefront AND event = @id AND state = {DeliveryState.Pending:D} AND attempts = @attempts
        """;

    public static readonly string Drop =
        $"""
        DELETE FROM webhook_deliveries
        WHERE storefront = @storefront AND event = @id AND state = {DeliveryState.Pending:D} AND attempts = @attempts
        """;

    public static readonly string Replay =
        $"""
        UPDATE webhook_deliveries SET state = {DeliveryState.Pending:D}, attempts = 0, next_at = UTC_TIMESTAMP(3)
        WHERE storefront = @storefront AND state = {DeliveryState.Dead:D} AND (@id IS NULL OR event = @id)
        """;

    public const string List =
        """
        SELECT event AS id, type, attempts, created_at, next_at AS at, last_status, last_error
        FROM webhook_deliveries WHERE storefront = @storefront AND state = @state ORDER BY next_at, event LIMIT @limit
        """;

    /// <summary>What was delivered long ago; a few rows at a time.</summary>
    public static readonly string Forget =
        $"""
        DELETE FROM webhook_deliveries
        WHERE state = {DeliveryState.Delivered:D} AND next_at < UTC_TIMESTAMP(3) - INTERVAL 7 DAY LIMIT 500
        """;
}

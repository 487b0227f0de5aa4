namespace FlashSale.Checkout.Webhooks;

/// <summary>The statements of webhooks. None holds a lock for longer than itself.</summary>
internal static class WebhookSql
{
    /// <summary>Takes or keeps the right to scan for an endpoint; affects 0 rows while another checkout has it.</summary>
    public const string Lease =
        """
        UPDATE webhook_endpoints SET scanner = @me, scan_until = UTC_TIMESTAMP(3) + INTERVAL 10 SECOND
        WHERE storefront = @storefront AND (scanner = @me OR scan_until < UTC_TIMESTAMP(3))
        """;

    /// <summary>A page of what changed from (@from, @after) on, in the order of change.</summary>
    public const string Changes =
        """
        SELECT r.id, s.id, r.unit, r.shopper, r.admission, r.state, r.reason, r.price_amount, r.price_currency, r.pay_by,
          r.order_number, r.created_at, r.changed_at
        FROM reservations r JOIN sales s ON s.no = r.sale_no
        WHERE r.changed_at >= @from AND NOT (r.changed_at = @from AND r.id <= @after) AND s.storefront = @storefront
        ORDER BY r.changed_at, r.id LIMIT @limit
        """;

    public const string Advance =
        "UPDATE webhook_endpoints SET scanned_to = @to WHERE storefront = @storefront AND scanner = @me AND scanned_to < @to";

    public const string Add =
        """
        INSERT IGNORE INTO webhook_deliveries (storefront, event, type, body, state, attempts, next_at, created_at)
        VALUES (@storefront, @id, @type, @body, 1, 0, UTC_TIMESTAMP(3), UTC_TIMESTAMP(3))
        """;

    public const string SoldOut =
        """
        SELECT s.inventory FROM sales s WHERE s.id = @sale
          AND (SELECT COUNT(*) FROM reservations r WHERE r.sale_no = s.no AND r.state = 3) >= s.inventory
        """;

    public const string DueStorefronts =
        """
        SELECT DISTINCT d.storefront FROM webhook_deliveries d JOIN webhook_endpoints e ON e.storefront = d.storefront
        WHERE d.state = 1 AND d.next_at <= UTC_TIMESTAMP(3)
        """;

    public const string Due =
        """
        SELECT d.event AS Id, d.type AS Type, d.body AS Body, d.attempts AS Attempts, e.url AS Url, e.secret AS Secret
        FROM webhook_deliveries d JOIN webhook_endpoints e ON e.storefront = d.storefront
        WHERE d.storefront = @storefront AND d.state = 1 AND d.next_at <= UTC_TIMESTAMP(3)
        ORDER BY d.next_at, d.created_at LIMIT @limit
        """;

    /// <summary>Makes a try this checkout's: another may only try when the lease is over and the outcome unknown.</summary>
    public const string Claim =
        """
        UPDATE webhook_deliveries SET attempts = attempts + 1, next_at = UTC_TIMESTAMP(3) + INTERVAL @lease SECOND
        WHERE storefront = @storefront AND event = @id AND state = 1 AND attempts = @attempts
          AND next_at <= UTC_TIMESTAMP(3)
        """;

    public const string Delivered =
        """
        UPDATE webhook_deliveries SET state = 2, next_at = UTC_TIMESTAMP(3), last_status = @status, last_error = NULL
        WHERE storefront = @storefront AND event = @id AND state = 1
        """;

    /// <summary>@wait is null when there is no further try.</summary>
    public const string Failed =
        """
        UPDATE webhook_deliveries SET state = IF(@wait IS NULL, 3, 1), last_status = @status, last_error = @error,
          next_at = UTC_TIMESTAMP(3) + INTERVAL COALESCE(@wait, 0) SECOND
        WHERE storefront = @storefront AND event = @id AND state = 1 AND attempts = @attempts
        """;

    public const string Replay =
        """
        UPDATE webhook_deliveries SET state = 1, attempts = 0, next_at = UTC_TIMESTAMP(3)
        WHERE storefront = @storefront AND state = 3 AND (@id IS NULL OR event = @id)
        """;

    public const string List =
        """
        SELECT event AS Id, type AS Type, attempts AS Attempts, created_at AS CreatedAt, next_at AS At,
          last_status AS LastStatus, last_error AS LastError
        FROM webhook_deliveries WHERE storefront = @storefront AND state = @state ORDER BY next_at, event LIMIT @limit
        """;

    /// <summary>What was delivered long ago; a few rows at a time.</summary>
    public const string Forget =
        "DELETE FROM webhook_deliveries WHERE state = 2 AND next_at < UTC_TIMESTAMP(3) - INTERVAL 7 DAY LIMIT 500";
}

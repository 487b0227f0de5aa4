-- What is no longer needed @days days after it ended: set it (90, say), then run this, daily. Sold units stay (they are orders,
-- kept as long as your books must be), like units that were given back, without the shopper.
DELETE FROM webhook_deliveries WHERE state > 1 AND next_at < UTC_TIMESTAMP(3) - INTERVAL @days DAY;
DELETE FROM payment_webhooks WHERE state > 1 AND received_at < UTC_TIMESTAMP(3) - INTERVAL @days DAY;
UPDATE payment_attempts SET method = '', answer_body = NULL
  WHERE state >= 10 AND changed_at < UTC_TIMESTAMP(3) - INTERVAL @days DAY;
UPDATE reservations r JOIN sales s ON s.no = r.sale_no
  SET r.live_shopper = IF(r.live_shopper IS NULL, NULL, CONCAT('erased-', LOWER(HEX(r.id)))),
      r.shopper = CONCAT('erased-', LOWER(HEX(r.id)))
  WHERE r.state IN (3, 4, 7) AND s.ends_at < UTC_TIMESTAMP(3) - INTERVAL @days DAY;

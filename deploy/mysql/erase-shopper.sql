-- Erases one shopper from the ledger: set @shopper (the `sub` of the tokens), then run this. Orders stay, without a person; the
-- invariants' audit stays green. A shopper with a unit in the cart is erased after the sale has ended: run it again then.
UPDATE payment_attempts a JOIN reservations r ON r.id = a.reservation
  SET a.method = '', a.answer_body = NULL
  WHERE r.shopper = @shopper AND a.state >= 10;
DELETE d FROM webhook_deliveries d JOIN sales s ON s.storefront = d.storefront
  JOIN reservations r ON r.sale_no = s.no AND r.shopper = @shopper
  WHERE d.state > 1 AND d.body LIKE CONCAT('%', LOWER(HEX(r.id)), '%');
-- Last, since it is what the statements above find the shopper by.
UPDATE reservations
  SET live_shopper = IF(live_shopper IS NULL, NULL, CONCAT('erased-', LOWER(HEX(id)))),
      shopper = CONCAT('erased-', LOWER(HEX(id)))
  WHERE shopper = @shopper AND state NOT IN (1, 2, 6);

-- Money that goes back. Portable between MySQL 8.4 and MariaDB 10.11 and newer. New numbers in columns that are older:
-- reservations.state: 6 refunding, 7 refunded
-- payment_webhooks.state: 4 to look at

ALTER TABLE reservations
  ADD COLUMN refund_key VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin NULL,  -- of the call that asked for it
  ADD COLUMN refund_unit TINYINT NULL,                                            -- 1 resell, 2 withdraw
  ADD COLUMN refund_rejoin TINYINT NOT NULL DEFAULT 0;                            -- 1: the buyer may join again

-- What the provider's books say of a payment and ours don't: for a person, until it is answered, or is so no more (then the row
-- is deleted).
CREATE TABLE payment_differences (
  attempt     BINARY(16)   NOT NULL,
  kind        TINYINT      NOT NULL,   -- 1 refunded elsewhere, 2 refund failed, 3 disputed
  sale_no     INT          NOT NULL,
  reservation BINARY(16)   NOT NULL,
  amount      BIGINT       NOT NULL,   -- minor units of the attempt's currency
  detail      VARCHAR(200) NOT NULL,   -- the provider's word for it
  raised_at   DATETIME(3)  NOT NULL,
  answered_at DATETIME(3)  NULL,
  answer      VARCHAR(500) NULL,
  PRIMARY KEY (attempt, kind),
  KEY open (answered_at),
  KEY by_reservation (reservation)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4;

-- One row: when the provider's refunds and disputes are looked through next, by whichever checkout is first.
CREATE TABLE payment_looks (
  id     TINYINT     NOT NULL PRIMARY KEY,
  due_at DATETIME(3) NOT NULL
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4;

INSERT INTO payment_looks (id, due_at) VALUES (1, UTC_TIMESTAMP(3));

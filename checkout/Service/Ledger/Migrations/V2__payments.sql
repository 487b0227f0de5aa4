-- Payments: attempts and the webhooks' inbox. Portable between MySQL 8.4 and MariaDB 10.11 and newer.

-- One row per POST …/payments that began. Values of the unique keys never change, so that inserting takes no lock on a
-- deleted entry's gap.
CREATE TABLE payment_attempts (
  id            BINARY(16)   NOT NULL PRIMARY KEY,  -- UUID v7; the idempotency keys of its calls derive from it
  reservation   BINARY(16)   NOT NULL,
  number        TINYINT      NULL,                  -- 1, 2, 3 … in the reservation; NULL: a stray intent to be closed
  sale_no       INT          NOT NULL,
  idem_key      VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  request_hash  BINARY(32)   NOT NULL,              -- SHA-256 of the request's body
  method        VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,  -- the provider's token of the card
  amount        BIGINT       NOT NULL,
  currency      CHAR(3)      CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  intent        VARCHAR(64)  CHARACTER SET ascii COLLATE ascii_bin NULL,      -- known before money can move
  state         TINYINT      NOT NULL,              -- AttemptState: 1–4, and 10 and higher when final
  outcome       TINYINT      NOT NULL DEFAULT 0,    -- AttemptOutcome: what the shopper is told
  tries         INT          NOT NULL DEFAULT 0,    -- part of the provider's idempotency keys
  doubt         TINYINT      NOT NULL DEFAULT 0,    -- a call's effect is unknown: ask before calling again
  failures      INT          NOT NULL DEFAULT 0,    -- doubts since the last progress; sets the backoff
  authorised    TINYINT      NOT NULL DEFAULT 0,
  note          VARCHAR(200) NULL,
  answer_status SMALLINT     NULL,
  answer_body   BLOB         NULL,
  version       INT          NOT NULL DEFAULT 1,    -- the fence of whoever works on it
  lease_until   DATETIME(3)  NOT NULL,              -- nobody else may take it before
  due_at        DATETIME(3)  NULL,                  -- NULL when final
  created_at    DATETIME(3)  NOT NULL,
  changed_at    DATETIME(3)  NOT NULL,
  flagged_at    DATETIME(3)  NULL,                  -- not final in time: for a person
  UNIQUE KEY one_per_number (reservation, number),
  UNIQUE KEY one_per_key (reservation, idem_key),
  UNIQUE KEY one_per_intent (intent),
  KEY due (due_at),
  KEY by_sale (sale_no, state)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4;

-- Every webhook with a good signature, once. What names an attempt that isn't there (yet) stays pending and is tried
-- again.
CREATE TABLE payment_webhooks (
  id          VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,  -- the event's
  type        VARCHAR(100) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  intent      VARCHAR(64)  CHARACTER SET ascii COLLATE ascii_bin NULL,
  attempt     BINARY(16)   NULL,                    -- from the intent's metadata
  state       TINYINT      NOT NULL,                -- 1 pending, 2 applied, 3 given up
  tries       INT          NOT NULL DEFAULT 0,
  received_at DATETIME(3)  NOT NULL,
  due_at      DATETIME(3)  NULL,                    -- NULL unless pending
  KEY due (due_at)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4;

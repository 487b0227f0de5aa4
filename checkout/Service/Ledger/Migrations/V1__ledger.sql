-- The ledger: storefronts, sales and reservations. Portable between MySQL 8.4 and MariaDB 10.11 and newer.
-- All times are UTC. Text that is compared as an id is ascii_bin; a shopper is binary, since even trailing spaces count.

CREATE TABLE storefronts (
  id             VARCHAR(63)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  name           VARCHAR(200) NOT NULL,
  return_origins TEXT         NOT NULL,           -- JSON array of origins
  enqueue_secret VARCHAR(512) NULL,
  jwks_url       VARCHAR(2048) NULL,
  api_key_hash   BINARY(32)   NULL,               -- SHA-256; NULL until the first PUT answers the key
  revision       BIGINT       NOT NULL DEFAULT 1  -- counts changes
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4;

CREATE TABLE sales (
  no               INT          NOT NULL AUTO_INCREMENT PRIMARY KEY,
  id               VARCHAR(63)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL UNIQUE,
  name             VARCHAR(200) NOT NULL,
  inventory        INT          NOT NULL,
  max_unit         INT          NOT NULL,         -- highest unit ever; max_unit - inventory units are withdrawn
  price_amount     BIGINT       NOT NULL,
  price_currency   CHAR(3)      CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  storefront       VARCHAR(63)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  queue_opens_at   DATETIME(3)  NOT NULL,
  starts_at        DATETIME(3)  NOT NULL,
  ends_at          DATETIME(3)  NULL,
  line_order       TINYINT      NOT NULL,         -- LineOrder
  identity_rule    TINYINT      NOT NULL,         -- IdentityRule
  admit_per_second INT          NOT NULL,
  claim_seconds    INT          NOT NULL,
  pay_seconds      INT          NOT NULL,
  payment_attempts INT          NOT NULL,
  presence_seconds INT          NOT NULL,
  grace_seconds    INT          NOT NULL,
  paused           TINYINT      NOT NULL,
  message          VARCHAR(500) NULL,
  seed             BINARY(32)   NOT NULL,
  revision         BIGINT       NOT NULL DEFAULT 1,
  CHECK (inventory BETWEEN 1 AND max_unit)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4;

-- One row per redeemed admission, and one per unit withdrawn by a smaller inventory. What makes overselling and a second
-- unit per shopper impossible are the unique keys over live_unit and live_shopper: plain columns that the transition
-- statements set while the row is live (held, securing, sold, withdrawn) and clear when the unit is free again.
CREATE TABLE reservations (
  id               BINARY(16)     NOT NULL PRIMARY KEY,  -- UUID v7, big-endian: in order of creation
  sale_no          INT            NOT NULL,
  unit             INT            NOT NULL,
  shopper          VARBINARY(128) NULL,                  -- NULL when withdrawn, like admission
  admission        VARCHAR(64)    CHARACTER SET ascii COLLATE ascii_bin NULL,
  place            BIGINT         NOT NULL DEFAULT 0,    -- the shopper's number in line
  state            TINYINT        NOT NULL,              -- 1 held, 2 securing, 3 sold, 4 released, 5 withdrawn
  reason           TINYINT        NULL,                  -- 1 expired, 2 cancelled, 3 declined; when released
  live_unit        INT            NULL,
  live_shopper     VARBINARY(128) NULL,
  price_amount     BIGINT         NOT NULL DEFAULT 0,    -- as it was when the unit was put in the cart
  price_currency   CHAR(3)        CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT 'usd',
  attempts_allowed TINYINT        NOT NULL DEFAULT 0,
  payment_attempts TINYINT        NOT NULL DEFAULT 0,    -- begun so far
  payment_state    TINYINT        NOT NULL DEFAULT 0,    -- PaymentState of the latest attempt
  secured_by       BINARY(16)     NULL,                  -- the attempt for which the unit was secured
  order_number     VARCHAR(32)    CHARACTER SET ascii COLLATE ascii_bin NULL,
  created_at       DATETIME(3)    NOT NULL,
  pay_by           DATETIME(3)    NOT NULL,              -- what the shopper sees
  release_at       DATETIME(3)    NOT NULL,              -- pay_by and the grace
  changed_at       DATETIME(3)    NOT NULL,
  UNIQUE KEY one_live_unit (sale_no, live_unit),
  UNIQUE KEY one_per_shopper (sale_no, live_shopper),
  UNIQUE KEY one_per_admission (sale_no, admission),
  KEY due (state, release_at),                           -- the sweep; and all held units for the waiting room
  KEY changes (changed_at),                              -- what changed lately, for the waiting room
  KEY by_sale (sale_no, state)                           -- counts and pages for operators
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4;

-- Events to storefronts. They are derived from the ledger's rows; an event's id is always the same for the same event.

CREATE TABLE webhook_endpoints (
  storefront  VARCHAR(63)   CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  url         VARCHAR(2048) NOT NULL,
  secret      VARBINARY(64) NOT NULL,
  scanned_to  DATETIME(3)   NOT NULL,             -- every change before this has become an event
  scanner     CHAR(32)      CHARACTER SET ascii COLLATE ascii_bin NULL,  -- the checkout that derives events
  scan_until  DATETIME(3)   NOT NULL
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4;

CREATE TABLE webhook_deliveries (
  storefront  VARCHAR(63)   CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  event       VARCHAR(160)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  type        VARCHAR(40)   CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  body        TEXT          NOT NULL,
  state       TINYINT       NOT NULL,             -- 1 pending, 2 delivered, 3 dead
  attempts    INT           NOT NULL,
  next_at     DATETIME(3)   NOT NULL,             -- the next try; when it ended, once it has
  created_at  DATETIME(3)   NOT NULL,
  last_status INT           NULL,
  last_error  VARCHAR(200)  NULL,
  PRIMARY KEY (storefront, event),
  KEY due (state, next_at)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4;

-- Times in which no checkout could write to the ledger. Shoppers with a unit in the cart get them back.

-- One row: when a checkout last wrote here. While it is stale the shoppers' time stands still at beat_at.
CREATE TABLE ledger_pulse (
  id      TINYINT     NOT NULL PRIMARY KEY,
  beat_at DATETIME(3) NOT NULL
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4;

INSERT INTO ledger_pulse (id, beat_at) VALUES (1, UTC_TIMESTAMP(3));

-- What was given back, once for each outage.
CREATE TABLE ledger_outages (
  no       INT         NOT NULL AUTO_INCREMENT PRIMARY KEY,
  began_at DATETIME(3) NOT NULL,
  ended_at DATETIME(3) NOT NULL,
  given_ms INT         NOT NULL,   -- by so much every pay-by of a unit in a cart was moved
  carts    INT         NOT NULL    -- how many these were
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4;

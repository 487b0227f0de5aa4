-- Operators by name, and the journal of what they change. Portable between MySQL 8.4 and MariaDB 10.11 and newer.

CREATE TABLE operators (
  name       VARCHAR(63) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  role       TINYINT     NOT NULL,        -- OperatorRole
  storefront VARCHAR(63) CHARACTER SET ascii COLLATE ascii_bin NULL,  -- NULL: of all storefronts
  key_hash   BINARY(32)  NOT NULL,        -- SHA-256
  created_at DATETIME(3) NOT NULL,
  expires_at DATETIME(3) NOT NULL,        -- the key opens nothing from then on
  UNIQUE KEY one_per_key (key_hash)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4;

-- A row for each change, written in the change's own transaction. Never changed and never deleted by us, but for what came of a
-- change that is not the ledger's (a signing key's file), whose row is written first.
CREATE TABLE journal (
  no          BIGINT       NOT NULL AUTO_INCREMENT PRIMARY KEY,
  at          DATETIME(3)  NOT NULL,
  actor       VARCHAR(200) NOT NULL,      -- an operator's name; what is none has a sign that no name has
  address     VARCHAR(100) NOT NULL,      -- from where
  action      VARCHAR(40)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  sale        VARCHAR(63)  CHARACTER SET ascii COLLATE ascii_bin NULL,
  storefront  VARCHAR(63)  CHARACTER SET ascii COLLATE ascii_bin NULL,
  subject     VARCHAR(200) NULL,          -- what else was changed: an operator, a key
  before_json TEXT         NULL,          -- what was changed, as it was; without secrets
  after_json  TEXT         NULL,
  KEY by_sale (sale, no),
  KEY by_storefront (storefront, no),
  KEY by_actor (actor, no)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4;

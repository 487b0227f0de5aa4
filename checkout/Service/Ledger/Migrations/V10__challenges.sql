-- The bank's challenge: how much longer a cart may have for one, and from when an attempt's deadlines count. Portable between
-- MySQL 8.4 and MariaDB 10.11 and newer.

ALTER TABLE sales ADD COLUMN authentication_seconds INT NOT NULL DEFAULT 120;  -- 0: never longer

ALTER TABLE reservations ADD COLUMN extended_ms INT NOT NULL DEFAULT 0;        -- by so much pay_by was moved, once

ALTER TABLE payment_attempts ADD COLUMN counted_from DATETIME(3) NULL;         -- when the bank had decided; NULL: created_at

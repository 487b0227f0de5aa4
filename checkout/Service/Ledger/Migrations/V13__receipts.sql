-- Where the provider sends a receipt. Portable between MySQL 8.4 and MariaDB 10.11 and newer.

ALTER TABLE payment_attempts ADD COLUMN receipt_email VARCHAR(254) NULL;  -- until the provider has it

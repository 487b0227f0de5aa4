-- Reservations that a storefront's server made with its API key. From then on the shopper's admission token opens them no
-- more: a token that was in a URL is worthless after its use. Portable between MySQL 8.4 and MariaDB 10.11 and newer.

ALTER TABLE reservations ADD COLUMN by_storefront TINYINT NOT NULL DEFAULT 0;  -- 1: only the storefront's API key opens it

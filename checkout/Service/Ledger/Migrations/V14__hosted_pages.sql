-- The provider's own page, for a browser without script. Portable between MySQL 8.4 and MariaDB 10.11 and newer.

ALTER TABLE payment_attempts
  ADD COLUMN session VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NULL;  -- the page's; its intent comes when somebody pays there

-- What joining costs while many are joining. Portable between MySQL 8.4 and MariaDB 10.11 and newer.

ALTER TABLE sales
  ADD COLUMN proof_bits INT NULL,   -- NULL: nothing
  ADD COLUMN proof_above INT NULL;  -- joins a second at one edge

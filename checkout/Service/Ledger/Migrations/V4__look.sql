-- How the line's pages look for a storefront's shoppers. Portable between MySQL 8.4 and MariaDB 10.11 and newer.

ALTER TABLE storefronts ADD COLUMN look TEXT NULL;  -- JSON: Look; NULL is the plain one

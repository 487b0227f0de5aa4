-- What is mixed into a shuffle so that nobody could choose it. Portable between MySQL 8.4 and MariaDB 10.11 and newer.

ALTER TABLE sales ADD COLUMN beacon VARCHAR(200) NULL;        -- a public beacon and its round, named before the line opens
ALTER TABLE sales ADD COLUMN beacon_value VARCHAR(512) NULL;  -- what it said: nobody is called before

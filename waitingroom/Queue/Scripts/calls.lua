-- Reads a part of the public log of calls.
-- KEYS 1 calls
-- ARGV 1 from which byte, 2 to which
-- Returns the bytes; fewer than asked for at the end
return redis.call('GETRANGE', KEYS[1], ARGV[1], ARGV[2])

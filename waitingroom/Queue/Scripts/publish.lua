-- Publishes the lines' snapshots for the edges, unless a newer leader has.
-- KEYS 1 board
-- ARGV 1 fence, then two each: sale, snapshot as JSON
-- Returns 1, or 0 when refused
local fence = tonumber(ARGV[1])
if tonumber(redis.call('HGET', KEYS[1], '#fence') or 0) > fence then return 0 end
redis.call('HSET', KEYS[1], '#fence', ARGV[1], unpack(ARGV, 2))
return 1

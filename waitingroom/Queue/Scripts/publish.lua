-- Publishes the lines' snapshots for the edges, unless a newer leader has.
-- KEYS 1 board
-- ARGV 1 fence, then two each: sale, snapshot as JSON
-- Returns 0, or the higher fence when refused. In a Cluster the board is not where the lease and the lines are, and may
-- survive them.
local highest = tonumber(redis.call('HGET', KEYS[1], '#fence') or 0)
if highest > tonumber(ARGV[1]) then return highest end
redis.call('HSET', KEYS[1], '#fence', ARGV[1], unpack(ARGV, 2))
return 0

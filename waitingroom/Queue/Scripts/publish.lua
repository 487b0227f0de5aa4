-- The leader's word to the edges, at each tick: snapshots of the lines that have changed. Takes which sleeping lines have
-- been woken. Refused when a newer leader has been here. In a Cluster all this is not where the lease and the lines are,
-- and may survive them.
-- KEYS 1 board, 2 board of the lines that are awake, 3 woken
-- ARGV 1 fence, 2 the ledger's time in ms, then three each: sale, snapshot as JSON, "1" when its line sleeps
-- Returns { 0, how many lines have a snapshot, { sale woken … } }, or { the higher fence } when refused
local highest = tonumber(redis.call('HGET', KEYS[1], '#fence') or 0)
if highest > tonumber(ARGV[1]) then return { highest } end
redis.call('HSET', KEYS[1], '#fence', ARGV[1])
redis.call('HSET', KEYS[2], '#at', ARGV[2])
for i = 3, #ARGV, 3 do
  redis.call('HSET', KEYS[1], ARGV[i], ARGV[i + 1])
  if ARGV[i + 2] == '1' then redis.call('HDEL', KEYS[2], ARGV[i]) else redis.call('HSET', KEYS[2], ARGV[i], ARGV[i + 1]) end
end
local woken = redis.call('HKEYS', KEYS[3])
table.sort(woken)
if #woken > 0 then redis.call('DEL', KEYS[3]) end
return { 0, redis.call('HLEN', KEYS[1]) - 1, woken }

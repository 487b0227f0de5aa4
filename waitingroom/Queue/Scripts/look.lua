-- The pump's look at a line, at each tick.
-- KEYS 1 line, 2 returning, 3 present, 4 edges, 5 freed
-- ARGV 1 fence, 2 run id ("": a Cluster's), 3 how many of returning to read (0: none), 4 "1" to read who is present, 5 order ("fifo", "shuffle"),
--      6 "1" when the sale has started: the order is fixed now, once
-- Returns { "absent" } (no line, or of another run) or { "fenced", fence } or { "ok", { field, value … } of line,
--   Redis time in ms, { place key } freed by leaving, returning in all, { first of returning }, { key, ms } present,
--   { edge, "ms coverage" } }
local line = redis.call('HMGET', KEYS[1], 'fence', 'run')
if not line[2] then return { 'absent' } end
if tonumber(line[1]) > tonumber(ARGV[1]) then return { 'fenced', line[1] } end
local run = run_id()
if line[2] ~= run or (ARGV[2] ~= '' and run ~= ARGV[2]) then return { 'absent' } end

redis.call('HSET', KEYS[1], 'fence', ARGV[1])
if redis.call('HEXISTS', KEYS[1], 'shuffled') == 0 then
  redis.call('HSET', KEYS[1], 'order', ARGV[5])
  if ARGV[6] == '1' then
    local given = ARGV[5] == 'shuffle' and redis.call('HGET', KEYS[1], 'next') or 0
    redis.call('HSET', KEYS[1], 'shuffled', given)
  end
end

local now = now_ms()
local freed = redis.call('LRANGE', KEYS[5], 0, -1)
if #freed > 0 then redis.call('DEL', KEYS[5]) end
local edges = redis.call('HGETALL', KEYS[4])
for i = 1, #edges, 2 do
  if tonumber(string.match(edges[i + 1], '^%d+')) < now - 60000 then redis.call('HDEL', KEYS[4], edges[i]) end
end
return {
  'ok', redis.call('HGETALL', KEYS[1]), now, freed, redis.call('ZCARD', KEYS[2]),
  tonumber(ARGV[3]) > 0 and redis.call('ZRANGE', KEYS[2], 0, tonumber(ARGV[3]) - 1) or {},
  ARGV[4] == '1' and redis.call('HGETALL', KEYS[3]) or {}, edges,
}

-- Takes an edge's report of who it has seen within the horizon. It is also the edge's sign of life.
-- KEYS 1 line, 2 present, 3 edges
-- ARGV 1 epoch, 2 the edge's id, 3 the rank up to which it has now reported everyone and, after spaces, its polls
--      and joins a second, its name and its version; then three each: the place's key, how long ago it was seen in ms, and
--      how long it was told to stay away then
-- Returns 1, or 0 when the line is absent, of another epoch or of another run of Redis
local line = redis.call('HMGET', KEYS[1], 'epoch', 'run')
local run = run_id()
if line[1] ~= ARGV[1] or line[2] ~= run then return 0 end

local now = now_ms()
for i = 4, #ARGV, 3 do note_seen(KEYS[2], ARGV[i], now - tonumber(ARGV[i + 1]), tonumber(ARGV[i + 2])) end
redis.call('HSET', KEYS[3], ARGV[2], string.format('%.0f %s', now, ARGV[3]))
return 1

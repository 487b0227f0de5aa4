-- Opens the line that begin.lua began, once all that is known of places has been written.
-- KEYS 1 line
-- ARGV 1 fence, 2 run id ("": a Cluster's), 3 epoch
-- Returns 1, or 0 when refused: a newer leader, another run of Redis, or another epoch
local run = run_id()
local line = redis.call('HMGET', KEYS[1], 'fence', 'run', 'epoch')
if (ARGV[2] ~= '' and run ~= ARGV[2]) or line[2] ~= '+' .. run or line[3] ~= ARGV[3] then return 0 end
if tonumber(line[1]) > tonumber(ARGV[1]) then return 0 end
redis.call('HSET', KEYS[1], 'run', run)
return 1

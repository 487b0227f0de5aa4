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
for i = 4, #ARGV, 3 do
  local seen = now - tonumber(ARGV[i + 1])
  local before = redis.call('HGET', KEYS[2], ARGV[i])
  local at, noted = string.match(before or '', '^(%d+) ?(%d*)')
  at, noted = tonumber(at), tonumber(noted) or 0
  -- An edge notes to a tenth of a second when it saw somebody, so what a script has noted at about that time is the same poll.
  -- Its answer may not have been told yet, and the edge says 0 then: nobody is expected sooner than noted.
  if not at or at < seen - 200 or (at < seen + 200 and tonumber(ARGV[i + 2]) >= noted) then
    redis.call('HSET', KEYS[2], ARGV[i], string.format('%.0f %s', seen, ARGV[i + 2]))
  end
end
redis.call('HSET', KEYS[3], ARGV[2], string.format('%.0f %s', now, ARGV[3]))
return 1

-- Takes or renews the lease of the one pump. The fence grows with every new holder.
-- KEYS 1 lease
-- ARGV 1 the room's id, 2 how long the lease is valid in ms, 3 the highest fence the room has seen,
--      4 "1" to take it when nobody has ever held it (or it was lost), 5 "1" to give it back, 6 the room's tenure (0 for
--      none), 7 whether that goes on if the lease was lost: "yes", "no", or "alone": when no other room is alive
-- Returns { fence (0 when another room leads), previous holder or "", previous fence, run id, other rooms alive, tenure };
--   the run id is "" in a Cluster, where a line may be on another node than the lease: its own run is all that counts then
local now = now_ms()
local server = redis.call('INFO', 'server')
-- Redis says redis_mode, Valkey server_mode.
local run = string.find(server, '_mode:cluster', 1, true) and '' or string.match(server, 'run_id:(%x+)')
local lease = redis.call('HMGET', KEYS[1], 'holder', 'fence', 'until', 'tenure')
local holder, fence, valid = lease[1] or '', tonumber(lease[2] or 0), tonumber(lease[3] or 0)

local others = 0
local rooms = redis.call('HGETALL', KEYS[1])
for i = 1, #rooms, 2 do
  if string.sub(rooms[i], 1, 5) == 'room:' and rooms[i] ~= 'room:' .. ARGV[1] then
    if tonumber(rooms[i + 1]) > now - 10000 then others = others + 1 else redis.call('HDEL', KEYS[1], rooms[i]) end
  end
end
redis.call('HSET', KEYS[1], 'room:' .. ARGV[1], string.format('%.0f', now))

if ARGV[5] == '1' then
  if holder == ARGV[1] then redis.call('HSET', KEYS[1], 'until', 0) end
  redis.call('HDEL', KEYS[1], 'room:' .. ARGV[1])
  return { 0, holder, fence, run, others, 0 }
end
local mine = holder == ARGV[1] and valid >= now
if not mine and (valid >= now or (holder == '' and ARGV[4] ~= '1')) then return { 0, holder, fence, run, others, 0 } end
local granted = fence
if not mine or fence < tonumber(ARGV[3]) then granted = math.max(fence + 1, tonumber(ARGV[3]) + 1, now) end
-- It goes on for the holder of before, even when that never heard how often it was granted a lease meanwhile.
local goes_on = holder == ARGV[1] and lease[4] == ARGV[6]
if holder == '' then goes_on = ARGV[7] == 'yes' or (ARGV[7] == 'alone' and others == 0) end
local tenure = goes_on and ARGV[6] ~= '0' and tonumber(ARGV[6]) or granted
redis.call('HSET', KEYS[1], 'holder', ARGV[1], 'fence', string.format('%.0f', granted),
  'until', string.format('%.0f', now + tonumber(ARGV[2])), 'tenure', string.format('%.0f', tenure))
return { granted, holder, fence, run, others, tenure }

-- Reads on in what places have moved to another device; and is told what this Redis, which may have lost it, does not
-- know.
-- KEYS 1 moved, 2 moves
-- ARGV 1 up to where the caller has read, in bytes, 2 seconds for which it is kept, then two each: a place (8 bytes), how
--      often it has moved
-- Returns { up to where it has read now, the moves in between, 9 bytes each }
for i = 3, #ARGV, 2 do
  if tonumber(redis.call('HGET', KEYS[1], ARGV[i]) or 0) < tonumber(ARGV[i + 1]) then
    redis.call('HSET', KEYS[1], ARGV[i], ARGV[i + 1])
    redis.call('APPEND', KEYS[2], ARGV[i] .. string.char(ARGV[i + 1]))
  end
end
if #ARGV > 2 then
  redis.call('EXPIRE', KEYS[1], ARGV[2])
  redis.call('EXPIRE', KEYS[2], ARGV[2])
end

local from = tonumber(ARGV[1])
if from > redis.call('STRLEN', KEYS[2]) then from = 0 end
local some = redis.call('GETRANGE', KEYS[2], from, from + 9 * 1000 - 1)
return { from + #some, some }

-- Moves the head and admits shoppers. Each place is looked at again: only one that is alive and not admitted gets a unit. Whoever
-- was told, since the pump looked, to stay away for longer than a turn could wait for gets none yet, nor does anybody behind
-- them: they go first when they are due.
-- KEYS 1 line, 2 admitted, 3 returning, 4 present, then places for each epoch among them
-- ARGV 1 fence, 2 run id ("": a Cluster's), 3 epoch, 4 the head it was decided on, 5 the new head, 6 passed over in all,
--      7 the time (Redis', in ms) until which whoever is called must be due,
--      8 how many admissions follow, each: index of its places (1…), place key, number, member of returning, value
--        ("unit redeemBy claimed rank"),
--      then how many members of returning to drop (away again), these, then the keys of present to forget
-- Returns false when refused (a newer leader, another run of Redis, epoch or head); else 1 or 0 for each admission
local line = redis.call('HMGET', KEYS[1], 'fence', 'run', 'epoch', 'head')
local run = run_id()
if (ARGV[2] ~= '' and run ~= ARGV[2]) or line[2] ~= run or line[3] ~= ARGV[3] or line[4] ~= ARGV[4] then return false end
if tonumber(line[1]) > tonumber(ARGV[1]) then return false end

local due_by = tonumber(ARGV[7])
local function is_away(key)
  local seen, told = string.match(redis.call('HGET', KEYS[4], key) or '', '^(%d+) (%d+)$')
  return seen and seen + told > due_by
end

local results, at, waits = {}, 9, false
for i = 1, tonumber(ARGV[8]) do
  local key, number, member = ARGV[at + 1], ARGV[at + 2], ARGV[at + 3]
  local is_free = state_of(KEYS[4 + tonumber(ARGV[at])], number) == WAITING and redis.call('HEXISTS', KEYS[2], key) == 0
  waits = waits or (is_free and is_away(key))
  if is_free and waits then
    redis.call('ZADD', KEYS[3], 0, member)
    results[i] = 0
  else
    results[i] = is_free and redis.call('HSET', KEYS[2], key, ARGV[at + 4]) or 0
    redis.call('ZREM', KEYS[3], member)
    redis.call('HDEL', KEYS[4], key)
  end
  at = at + 5
end
local dropped = tonumber(ARGV[at])
for i = at + 1, at + dropped do redis.call('ZREM', KEYS[3], ARGV[i]) end
for i = at + dropped + 1, #ARGV do redis.call('HDEL', KEYS[4], ARGV[i]) end
redis.call('HSET', KEYS[1], 'fence', ARGV[1], 'head', ARGV[5], 'skipped', ARGV[6])
return results

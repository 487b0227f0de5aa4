-- Moves the head and admits shoppers. Each place is looked at again: only one that is alive and not admitted gets a unit; who was
-- away when the pump looked and has been seen since is neither dropped nor forgotten, and returns when passed over. Whoever
-- was told, since the pump looked, to stay away for longer than a turn could wait for gets none yet, nor does anybody behind
-- them: they go first when they are due. What was decided long ago is refused: others have come back since, who go first.
-- KEYS 1 line, 2 admitted, 3 returning, 4 present, 5 calls, then places for each epoch among them
-- ARGV 1 fence, 2 run id ("": a Cluster's), 3 epoch, 4 the head it was decided on, 5 the new head, 6 passed over in all,
--      7 when the pump looked, 8 until when whoever is called must be due (both Redis' time in ms),
--      9 since when who is here has been seen (Redis' time in ms): who was away then had been seen before that,
--      10 how many members of returning to drop (away again), these,
--      then how many steps follow, in the order of calling, each: index of its places (1…), place key, number, member of
--        returning, value ("unit redeemBy claimed rank"); or 0, member of returning
--        for a place after the head that is passed over,
--      then the keys of present to forget
-- Returns false when refused (a newer leader, another run of Redis, epoch or head, or too late); else 1 or 0 for each admission
local line = redis.call('HMGET', KEYS[1], 'fence', 'run', 'epoch', 'head')
local run = run_id()
if (ARGV[2] ~= '' and run ~= ARGV[2]) or line[2] ~= run or line[3] ~= ARGV[3] or line[4] ~= ARGV[4] then return false end
local now = now_ms()
if tonumber(line[1]) > tonumber(ARGV[1]) or now - tonumber(ARGV[7]) > 5000 then return false end

local due_by = tonumber(ARGV[8])
local function is_away(key)
  local seen, told = string.match(redis.call('HGET', KEYS[4], key) or '', '^(%d+) (%d+)$')
  return seen and seen + told > due_by
end

local seen_since = tonumber(ARGV[9])
local function is_here(key)
  local seen = string.match(redis.call('HGET', KEYS[4], key) or '', '^%d+')
  return seen and tonumber(seen) >= seen_since
end

local function key_of(member) return string.sub(member, 1, 8) .. string.sub(member, -8) end

local results, calls, waits, at = {}, {}, false, 11
local function log(key, what) calls[#calls + 1] = call_of(key, now, what) end

for _ = 1, tonumber(ARGV[10]) do
  local member = ARGV[at]
  if not is_here(key_of(member)) and redis.call('ZREM', KEYS[3], member) == 1 then log(member, PASSED_OVER) end
  at = at + 1
end

local function admit(places, key, number, member, value)
  local is_free = state_of(places, number) == WAITING and redis.call('HEXISTS', KEYS[2], key) == 0
  waits = waits or (is_free and is_away(key))
  if is_free and waits then
    if redis.call('ZADD', KEYS[3], 0, member) == 1 then
      log(key, PASSED_OVER)
      log(key, RETURNED)
    end
    return 0
  end
  local was_back = redis.call('ZREM', KEYS[3], member) == 1
  redis.call('HDEL', KEYS[4], key)
  if is_free then
    redis.call('HSET', KEYS[2], key, value)
    log(key, CALLED)
    return 1
  end
  if was_back then log(key, PASSED_OVER) end
  return 0
end

local function pass_over(member)
  log(member, PASSED_OVER)
  if is_here(key_of(member)) and redis.call('ZADD', KEYS[3], 0, member) == 1 then log(member, RETURNED) end
end

local steps = tonumber(ARGV[at])
at = at + 1
for _ = 1, steps do
  local places, key = tonumber(ARGV[at]), ARGV[at + 1]
  if places == 0 then
    pass_over(key)
    at = at + 2
  else
    results[#results + 1] = admit(KEYS[5 + places], key, ARGV[at + 2], ARGV[at + 3], ARGV[at + 4])
    at = at + 5
  end
end

for i = at, #ARGV do
  if not is_here(ARGV[i]) then redis.call('HDEL', KEYS[4], ARGV[i]) end
end
if #calls > 0 then log_calls(KEYS[5], table.concat(calls)) end
redis.call('HSET', KEYS[1], 'fence', ARGV[1], 'head', ARGV[5], 'skipped', ARGV[6])
return results

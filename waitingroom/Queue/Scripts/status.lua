-- Tells what has become of called places and of places of older epochs, marks their shoppers as present, and lets
-- those who were passed over while away return.
-- KEYS 1 line, 2 admitted, 3 returning, 4 present, 5 shoppers and 6 places of the tickets' epoch,
--      7 shoppers and 8 places of the current epoch, 9 calls
-- ARGV 1 current epoch, 2 the tickets' epoch, then four each: number, rank, the shopper's field, how long the shopper will be
--      told to stay away if the place waits, in ms (0: not so long that it must be noted)
-- Returns false when the line is absent, of another epoch or of another run of Redis;
--   else two integers each: WAITING, n ahead · the state in places, 0 · ADMITTED, redeem-by
local line = redis.call('HMGET', KEYS[1], 'epoch', 'run', 'head', 'past')
local run = run_id()
if line[1] ~= ARGV[1] or line[2] ~= run then return false end

local current, epoch = ARGV[1] == ARGV[2], tonumber(ARGV[2])
local now = now_ms()

-- An epoch that this Redis has forgotten is one that the ticket proves.
if not current and not string.find(' ' .. (line[4] or '') .. ' ', ' ' .. ARGV[2] .. ':', 1, true) then
  redis.call('HSET', KEYS[1], 'past', ARGV[2] .. ':- ' .. (line[4] or ''))
end

local function give_up(places, epoch, number)
  set_state(places, number, LEFT)
  log_calls(KEYS[9], call_of(string.format('%08x%08x', epoch, number), now, GIVEN_UP))
end

-- One place each: true when this place is the shopper's. A place that Redis has lost is taken again, and a newer one
-- that the shopper got meanwhile is given up, unless it has been called already. Of two numbers of one epoch the higher
-- counts: it was only given because the lower one had ended, which an old copy of Redis may not know.
local function owns(field, number)
  local own = redis.call('HGET', KEYS[5], field)
  if own == number then return true end
  if own then
    local state = state_of(KEYS[6], own)
    local lives = state == REDEEMED or state == BOUGHT or redis.call('HEXISTS', KEYS[2], string.format('%08x%08x', epoch, own)) == 1
    if lives or tonumber(own) > tonumber(number) then return false end
    if state == WAITING then give_up(KEYS[6], epoch, own) end
  end
  local newer = not current and redis.call('HGET', KEYS[7], field)
  if newer then
    local state = state_of(KEYS[8], newer)
    local key = string.format('%08x%08x', tonumber(ARGV[1]), newer)
    if state == REDEEMED or state == BOUGHT or redis.call('HEXISTS', KEYS[2], key) == 1 then return false end
    if state == WAITING then give_up(KEYS[8], tonumber(ARGV[1]), newer) end
  end
  redis.call('HSET', KEYS[5], field, number)
  return true
end

local answers = {}
for i = 3, #ARGV, 4 do
  local number, rank, field, told = ARGV[i], tonumber(ARGV[i + 1]), ARGV[i + 2], ARGV[i + 3]
  local key = string.format('%08x%08x', epoch, number)
  local state, value = state_of(KEYS[6], number), 0
  if state == WAITING then
    local admitted = redis.call('HGET', KEYS[2], key)
    if admitted then
      state, value = ADMITTED, tonumber(string.match(admitted, '^%d+ (%d+)'))
    elseif current and rank > tonumber(line[3]) then
      value = rank - tonumber(line[3]) - 1
      if told ~= '0' then note_seen(KEYS[4], key, now, tonumber(told)) end
    elseif owns(field, number) then
      local member = string.format('%08x%08x%08x', epoch, rank, number)
      if redis.call('ZADD', KEYS[3], 0, member) == 1 then log_calls(KEYS[9], call_of(key, now, RETURNED)) end
      note_seen(KEYS[4], key, now, tonumber(told))
      value = redis.call('ZRANK', KEYS[3], member)
    else
      state = LEFT
      give_up(KEYS[6], epoch, number)
    end
  end
  answers[#answers + 1] = state
  answers[#answers + 1] = value
end
return answers

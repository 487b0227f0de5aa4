-- Goes through what has happened since the last time for those who asked to be called, and takes what is to be told
-- now. Several edges do so: each takes other messages, for so long that it can tell them. What was taken and is not
-- told by then is taken once more, by whichever edge, and then given up. Turns go first, in the order of calling;
-- then who is passed over; then forecasts. Of what goes to one service (the byte before how somebody is called) no more is
-- taken than the caller has room for: one that is slow keeps nobody of another waiting.
-- KEYS 1 line, 2 admitted, 3 asked, 4 to tell, 5 telling, 6 told to, 7 calls of the epoch, 8 forgotten
-- ARGV 1 epoch, 2 how many to take, 3 for how long, in ms, 4 the rank up to which it was told "soon" as the caller
--      knows it, 5 the rank up to which it is told now, 6 how long those who are awake have to come back to a line that
--      was begun anew, in ms, 7 up to where the caller has read in "forgotten" (-1: it remembers nobody), 8 a number of services, then two for
--      each: which, and how many to take of it; then the places (8 bytes) between the two ranks
-- Returns false when the line is absent, of another epoch or of another run of Redis;
--   else { how many have asked, the rank up to which it is told "soon", 1 when there is more of the log or of "forgotten",
--   up to where "forgotten" is read now, the places there, Redis' time in ms, then six for each message: place, reason
--   ("C" called, "P" passed over, "A" the line was begun anew, "S" soon), the try (1, 2), redeem-by (of a turn), since when
--   it has been known, in ms, how it is called }
local line = redis.call('HMGET', KEYS[1], 'epoch', 'run')
if line[1] ~= ARGV[1] or line[2] ~= run_id() then return false end

local now, most_entries, most_scanned = now_ms(), 1000, 500
local told_at_most, first_service, first_place = 2, 9, 9 + 2 * ARGV[8]
local asked = redis.call('HLEN', KEYS[3])
local upto = redis.call('HMGET', KEYS[6], 'epoch', 'at', 'soon', 'scan', 'from')
local at, soon = tonumber(upto[2]) or 0, tonumber(upto[3]) or 0
local scan, scan_from = upto[4] or '', tonumber(upto[5]) or 0
if upto[1] ~= ARGV[1] then
  -- Places of before are in the line again once their shoppers come back: those who sleep are told, when the others
  -- are back.
  at, soon, scan, scan_from = 0, 0, '0', now + tonumber(ARGV[6])
end

local function queue(member, reason, value)
  redis.call('ZADD', KEYS[4], 'NX', order_of(string.byte(value, 6), reason, now), member)
end

-- A reason is told once; of the others than the turn itself two at the most.
local function tell(place, reason)
  local value = redis.call('HGET', KEYS[3], place)
  if not value then return end
  local told, others = string.byte(value), 0
  for _, other in ipairs({ 'P', 'A', 'S' }) do if has_told(told, other) then others = others + 1 end end
  if has_told(told, reason) or (reason ~= 'C' and (others >= told_at_most or has_told(told, 'C'))) then return end
  if reason == 'S' and others > 0 then return end
  queue(place .. reason .. '1', reason, value)
  redis.call('HSET', KEYS[3], place, string.char(told + TOLD[reason]) .. string.sub(value, 2))
end

local function untell(place, reason)
  local value = redis.call('HGET', KEYS[3], place)
  if value and has_told(string.byte(value), reason) then
    redis.call('HSET', KEYS[3], place, string.char(string.byte(value) - TOLD[reason]) .. string.sub(value, 2))
  end
end

-- What nobody has been told yet need not be told any more, nor what may have been told a second time.
local function drop(place, ...)
  if redis.call('HEXISTS', KEYS[3], place) == 0 then return end
  for _, reason in ipairs({ ... }) do
    if redis.call('ZREM', KEYS[4], place .. reason .. '1') == 1 then untell(place, reason)
    else redis.call('ZREM', KEYS[4], place .. reason .. '2') end
    -- What is being told is not told again.
    redis.call('ZREM', KEYS[5], place .. reason .. '1', place .. reason .. '2')
  end
end

local function came_back(place)
  drop(place, 'P', 'A')
  local value = redis.call('HGET', KEYS[3], place)
  if value then
    local epoch = struct.pack('>I4', tonumber(ARGV[1]))
    redis.call('HSET', KEYS[3], place, string.sub(value, 1, 1) .. epoch .. string.sub(value, 6))
  end
end

local more = 0
if asked == 0 then
  at, scan = redis.call('STRLEN', KEYS[7]), ''
else
  local log = redis.call('GETRANGE', KEYS[7], at, at + 13 * most_entries - 1)
  for i = 1, #log - 12, 13 do
    local place, what = string.sub(log, i, i + 7), string.byte(log, i + 12)
    if what == CALLED then
      drop(place, 'P', 'A', 'S')
      tell(place, 'C')
    elseif what == PASSED_OVER then
      tell(place, 'P')
    elseif what == RETURNED then
      came_back(place)
    elseif what == REQUEUED then
      -- The turn was cut short: the next one is told.
      local turns = { place .. 'C1', place .. 'C2' }
      if redis.call('ZREM', KEYS[4], unpack(turns)) + redis.call('ZREM', KEYS[5], unpack(turns)) > 0 then untell(place, 'C') end
    elseif what == GIVEN_UP or what == UNUSED then
      forget_asked(KEYS[3], KEYS[6], KEYS[8], place)
      redis.call('HDEL', KEYS[6], place)
    end
  end
  at = at + math.floor(#log / 13) * 13
  if #log >= 13 * most_entries then more = 1 end

  if tonumber(ARGV[4]) == soon then
    for i = first_place, #ARGV do tell(ARGV[i], 'S') end
    soon = tonumber(ARGV[5])
  end

  if scan ~= '' and now >= scan_from then
    local page = redis.call('HSCAN', KEYS[3], scan, 'COUNT', most_scanned)
    for i = 1, #page[2], 2 do
      local place, value = page[2][i], page[2][i + 1]
      local of, back_in = struct.unpack('>I4', place), struct.unpack('>I4', string.sub(value, 2, 5))
      if of < tonumber(ARGV[1]) and back_in ~= tonumber(ARGV[1]) then tell(place, 'A') end
    end
    scan = page[1] == '0' and '' or page[1]
  end
end

for _, member in ipairs(redis.call('ZRANGEBYSCORE', KEYS[5], '-inf', now, 'LIMIT', 0, 1000)) do
  redis.call('ZREM', KEYS[5], member)
  local place, reason, try = string.sub(member, 1, 8), string.sub(member, 9, 9), string.sub(member, 10)
  local value = redis.call('HGET', KEYS[3], place)
  if value and try == '1' then
    queue(place .. reason .. '2', reason, value)
  elseif value and reason == 'C' then
    forget_asked(KEYS[3], KEYS[6], KEYS[8], place)
  end
end

-- Whom the caller need not remember any more.
local read = tonumber(ARGV[7])
local length = redis.call('STRLEN', KEYS[8])
if read < 0 then read = length elseif read > length then read = 0 end
local forgotten = redis.call('GETRANGE', KEYS[8], read, read + 8 * 1000 - 1)

local answer = { asked, soon, #forgotten == 8 * 1000 and 1 or more, read + #forgotten, forgotten, now }
local function take(member, service, order)
  local place, reason, try = string.sub(member, 1, 8), string.sub(member, 9, 9), string.sub(member, 10)
  local value = redis.call('HGET', KEYS[3], place)
  if not value then
    redis.call('ZREM', KEYS[4], member)
    return
  end
  local since = order % 1e13
  if string.byte(value, 6) ~= service then
    -- They have asked to be called in another way since.
    redis.call('ZADD', KEYS[4], order_of(string.byte(value, 6), reason, since), member)
    return
  end
  local epoch, number = struct.unpack('>I4I4', place)
  local admitted = redis.call('HGET', KEYS[2], string.format('%08x%08x', epoch, number))
  local redeem_by, claimed = string.match(admitted or '', '^%d+ (%d+) (%d)')
  -- The log that has not been read yet may say that they are back, have gone, or that the turn was cut short.
  if more == 1 and not (reason == 'C' and admitted) then return end
  redis.call('ZREM', KEYS[4], member)
  local is_of_before = epoch < tonumber(ARGV[1])
  if reason == 'C' and not admitted and is_of_before then
    -- The turn was lost with its line: they are told that it was begun anew.
    untell(place, reason)
    if scan == '' and struct.unpack('>I4', string.sub(value, 2, 5)) ~= tonumber(ARGV[1]) then tell(place, 'A') end
    return
  end
  -- Of a turn of before, whose token may be out for all that its line remembers, it is not known that it was claimed.
  if reason == 'C' and claimed ~= '0' and not (admitted and is_of_before) then
    -- Claimed, left or over: there is nothing to be called for.
    forget_asked(KEYS[3], KEYS[6], KEYS[8], place, try == '1' and reason)
    return
  end
  if reason ~= 'C' and admitted then return end
  redis.call('ZADD', KEYS[5], string.format('%.0f', now + ARGV[3]), member)
  for _, part in ipairs({ place, reason, tonumber(try), tonumber(redeem_by or 0), since, string.sub(value, 6) }) do
    answer[#answer + 1] = part
  end
end

if tonumber(ARGV[2]) > 0 then
  local first = {}
  for i = first_service, first_place - 1, 2 do
    local service = tonumber(ARGV[i])
    local from, to = string.format('%.0f', service * 1e14), string.format('(%.0f', (service + 1) * 1e14)
    local some = redis.call('ZRANGEBYSCORE', KEYS[4], from, to, 'WITHSCORES', 'LIMIT', 0, ARGV[i + 1])
    for j = 1, #some, 2 do first[#first + 1] = { some[j], service, tonumber(some[j + 1]) - service * 1e14 } end
  end
  table.sort(first, function(a, b) return a[3] < b[3] or (a[3] == b[3] and a[1] < b[1]) end)
  for i = 1, math.min(#first, tonumber(ARGV[2])) do take(first[i][1], first[i][2], first[i][3]) end
end

if asked > 0 or upto[1] ~= ARGV[1] or tonumber(upto[2]) ~= at then
  redis.call('HSET', KEYS[6], 'epoch', ARGV[1], 'at', string.format('%.0f', at), 'soon', string.format('%.0f', soon),
    'scan', scan, 'from', string.format('%.0f', scan_from))
  -- What they have been told is kept as long as how they are called.
  local kept = redis.call('TTL', KEYS[3])
  if kept > 0 then redis.call('EXPIRE', KEYS[6], kept) end
end
return answer

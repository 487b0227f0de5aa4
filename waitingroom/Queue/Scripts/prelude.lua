-- Stands before every script.

-- What is written of a place: 4 bits of places:{epoch}, by number. The same numbers as PlaceState's in C#; ADMITTED is told, and
-- never written there (an admission is in admitted).
local WAITING, MISSED, LEFT, REDEEMED, RELEASED, BOUGHT, ADMITTED = 0, 1, 2, 3, 4, 5, 6

-- Which run of Redis this is: what an earlier one has told may not be in this one.
local function run_id() return string.match(redis.call('INFO', 'server'), 'run_id:(%x+)') end

-- The state of a number in one epoch's places.
local function state_of(places, number) return redis.call('BITFIELD', places, 'GET', 'u4', '#' .. number)[1] end

local function set_state(places, number, state) redis.call('BITFIELD', places, 'SET', 'u4', '#' .. number, state) end

-- What the public log of calls says of a place: the same numbers as CallKind's in C#.
local CALLED, PASSED_OVER, RETURNED, GIVEN_UP, UNUSED, REQUEUED = 1, 2, 3, 4, 5, 6

-- An entry of the log, 13 bytes: epoch and number (of a place's key, or of a member of returning), Redis' seconds, what.
local function call_of(key, now, what)
  return struct.pack('>I4I4I4B', tonumber(string.sub(key, 1, 8), 16), tonumber(string.sub(key, -8), 16), math.floor(now / 1000), what)
end

-- The log is bounded: five million entries (Call.Most in C#).
local function log_calls(calls, ...)
  if select('#', ...) > 0 and redis.call('STRLEN', calls) < 65000000 then redis.call('APPEND', calls, table.concat({ ... })) end
end

-- What somebody has been told, by reason ("C" called, "P" passed over, "A" the line was begun anew, "S" soon): a bit each.
local TOLD = { C = 1, P = 2, A = 4, S = 8 }

local function has_told(told, reason) return math.floor(told / TOLD[reason]) % 2 == 1 end

-- All edges read in "forgotten" whom they need not remember any more (8 bytes each); who has read further than it is long begins
-- anew.
local function note_forgotten(forgotten, place)
  if redis.call('STRLEN', forgotten) >= 8000000 then redis.call('DEL', forgotten) end
  redis.call('APPEND', forgotten, place)
  redis.call('EXPIRE', forgotten, 7 * 86400)
end

-- Forgets how the shopper of a place is called, and not what they have been told: who asks anew is told nothing twice. Except for
-- a reason that could not be told.
local function forget_asked(asked, told_to, forgotten, place, untold)
  local value = redis.call('HGET', asked, place)
  if not value then return end
  redis.call('HDEL', asked, place)
  note_forgotten(forgotten, place)
  local told = string.byte(value)
  if untold and has_told(told, untold) then told = told - TOLD[untold] end
  if told > 0 then redis.call('HSET', told_to, place, string.char(told) .. string.sub(value, 2, 5)) end
end

-- From this number on services are push services: the same as SendRoom's in C#.
local FIRST_PUSH = 2

-- The order in which is told what is to be told to one service: turns, pass-overs and forecasts, by when each was known. Each
-- reason has ten times more ms than there have been since 1970, and each service ten times more than all reasons have.
local function order_of(service, reason, since)
  return string.format('%.0f', service * 1e14 + ({ C = 0, P = 1, A = 2, S = 3 })[reason] * 1e13 + since)
end

-- Notes in "present" when a shopper was seen, and how long they were told to stay away. Nobody is expected sooner than they were
-- told once: a later answer may be one that nobody has waited for.
local function note_seen(present, key, at, told)
  local before, stay = string.match(redis.call('HGET', present, key) or '', '^(%d+) ?(%d*)')
  before, stay = tonumber(before) or 0, tonumber(stay) or 0
  local due, last = math.max(at + told, before + stay), math.max(at, before)
  redis.call('HSET', present, key, string.format('%.0f %.0f', last, due - last))
end

-- Redis' time in ms.
local function now_ms()
  local clock = redis.call('TIME')
  return clock[1] * 1000 + math.floor(clock[2] / 1000)
end

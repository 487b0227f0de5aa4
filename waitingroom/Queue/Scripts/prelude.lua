-- Stands before every script.

-- What is written of a place: 4 bits of places:{epoch}, by number. The same numbers as PlaceState's in C#; ADMITTED is told, and
-- never written there (an admission is in admitted).
local WAITING, MISSED, LEFT, REDEEMED, RELEASED, BOUGHT, ADMITTED = 0, 1, 2, 3, 4, 5, 6

-- Which run of Redis this is: what an earlier one has told may not be in this one.
local function run_id() return string.match(redis.call('INFO', 'server'), 'run_id:(%x+)') end

-- The state of a number in one epoch's places.
local function state_of(places, number) return redis.call('BITFIELD', places, 'GET', 'u4', '#' .. number)[1] end

local function set_state(places, number, state) redis.call('BITFIELD', places, 'SET', 'u4', '#' .. number, state) end

-- Redis' time in ms.
local function now_ms()
  local clock = redis.call('TIME')
  return clock[1] * 1000 + math.floor(clock[2] / 1000)
end

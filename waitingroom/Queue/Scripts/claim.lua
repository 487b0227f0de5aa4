-- Claims an admission: from here on its token is out, and its unit waits for it until redeem-by.
-- KEYS 1 line, 2 admitted, 3 held, 4 places of the ticket's epoch
-- ARGV 1 the place's key, 2 number, 3 the ledger's time in epoch seconds
-- Returns false when the line is absent or of another run of Redis; else { state, unit, redeem-by }:
--   state 0 not called · 1–5 as in places (3, in the cart: with unit and redeem-by) · 6 admitted
local run = string.match(redis.call('INFO', 'server'), 'run_id:(%x+)')
if redis.call('HGET', KEYS[1], 'run') ~= run then return false end

local state = redis.call('BITFIELD', KEYS[4], 'GET', 'u4', '#' .. ARGV[2])[1]
local held = state == 3 and redis.call('HGET', KEYS[3], ARGV[1])
local value = held or (state == 0 and redis.call('HGET', KEYS[2], ARGV[1]))
if not value then return { state, 0, 0 } end

local unit, redeem_by, claimed, rank = string.match(value, '^(%d+) (%d+) (%d) (%d+)')
if held then return { 3, tonumber(unit), tonumber(redeem_by) } end
if tonumber(redeem_by) <= tonumber(ARGV[3]) then return { 1, 0, 0 } end
if claimed == '0' then redis.call('HSET', KEYS[2], ARGV[1], table.concat({ unit, redeem_by, '1', rank }, ' ')) end
return { 6, tonumber(unit), tonumber(redeem_by) }

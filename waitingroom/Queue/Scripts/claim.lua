-- Claims an admission: from here on its token is out, and its unit waits for it until redeem-by.
-- KEYS 1 line, 2 admitted, 3 held, 4 places of the ticket's epoch
-- ARGV 1 the place's key, 2 number, 3 the ledger's time in epoch seconds
-- Returns false when the line is absent or of another run of Redis; else { state, unit, redeem-by }:
--   state WAITING when it is not called, ADMITTED, or as in places (REDEEMED, in the cart: with unit and redeem-by)
local run = run_id()
if redis.call('HGET', KEYS[1], 'run') ~= run then return false end

local state = state_of(KEYS[4], ARGV[2])
local held = state == REDEEMED and redis.call('HGET', KEYS[3], ARGV[1])
local value = held or (state == WAITING and redis.call('HGET', KEYS[2], ARGV[1]))
if not value then return { state, 0, 0 } end

local unit, redeem_by, claimed, rank = string.match(value, '^(%d+) (%d+) (%d) (%d+)')
if held then return { REDEEMED, tonumber(unit), tonumber(redeem_by) } end
if tonumber(redeem_by) <= tonumber(ARGV[3]) then return { MISSED, 0, 0 } end
if claimed == '0' then redis.call('HSET', KEYS[2], ARGV[1], table.concat({ unit, redeem_by, '1', rank }, ' ')) end
return { ADMITTED, tonumber(unit), tonumber(redeem_by) }

-- Gives a place up. An admission that nobody has claimed frees its unit at once; a claimed one when it can no longer
-- be redeemed.
-- KEYS 1 line, 2 admitted, 3 returning, 4 present, 5 freed, 6 shoppers and 7 places of the ticket's epoch, 8 who has left it,
--      9 calls
-- ARGV 1 the place's key, 2 number, 3 the member of returning, 4 the shopper's field, 5 which bit of who has left it is
--      ("" for a place of an older epoch: nobody counts those, and a rank in an epoch that was lost before its shuffle may
--      be any of 31 bits, which would be a string of 256 MB), 6 the line's epoch
-- Returns false when the line is absent, of another epoch or of another run of Redis; else the state the place had
local run = run_id()
local line = redis.call('HMGET', KEYS[1], 'epoch', 'run')
if line[1] ~= ARGV[6] or line[2] ~= run then return false end

local state = state_of(KEYS[7], ARGV[2])
if state ~= WAITING then return state end
local admitted = redis.call('HGET', KEYS[2], ARGV[1])
if admitted and string.match(admitted, '^%d+ %d+ (%d)') == '0' then
  redis.call('HDEL', KEYS[2], ARGV[1])
  redis.call('RPUSH', KEYS[5], ARGV[1])
end
set_state(KEYS[7], ARGV[2], LEFT)
log_calls(KEYS[9], call_of(ARGV[1], now_ms(), GIVEN_UP))
if ARGV[5] ~= '' then redis.call('SETBIT', KEYS[8], ARGV[5], 1) end
redis.call('HSETNX', KEYS[6], ARGV[4], ARGV[2])
redis.call('ZREM', KEYS[3], ARGV[3])
redis.call('HDEL', KEYS[4], ARGV[1])
return state

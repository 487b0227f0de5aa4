-- Moves a place to another device: the tickets of before are no more. Whoever comes with the same link again, or with
-- one of before, is too late; but for the browser that did it, which may not have heard the answer.
-- KEYS 1 line, 2 moved, 3 moves, 4 places of the ticket's epoch
-- ARGV 1 the place (8 bytes), 2 its number, 3 how often it had moved when the link was made, 4 seconds for which that is kept,
--   5 the browser
-- Returns false when the line is absent or of another run of Redis; else 1 moved, 0 it has moved since the link was made,
--   or -1 the place waits no more
if redis.call('HGET', KEYS[1], 'run') ~= run_id() then return false end

local state = state_of(KEYS[4], ARGV[2])
if state ~= WAITING and state ~= REDEEMED then return -1 end
local moves, mover = tonumber(ARGV[3]) + 1, ARGV[1] .. 'by'
local moved = redis.call('HGET', KEYS[2], ARGV[1]) or '0'
if moved == string.format('%d', moves) and redis.call('HGET', KEYS[2], mover) == ARGV[5] then return 1 end
if moved ~= ARGV[3] then return 0 end

redis.call('HSET', KEYS[2], ARGV[1], string.format('%d', moves), mover, ARGV[5])
redis.call('APPEND', KEYS[3], ARGV[1] .. string.char(moves))
redis.call('EXPIRE', KEYS[2], ARGV[4])
redis.call('EXPIRE', KEYS[3], ARGV[4])
return 1

-- Wakes the leader for a line that sleeps, after it was changed: the leader takes it with its next word (publish.lua).
-- KEYS 1 woken
-- ARGV 1 sale
-- Returns 1
redis.call('HSET', KEYS[1], ARGV[1], 1)
return 1

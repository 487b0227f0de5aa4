-- Counts what is done for somebody, and says whether it may be done once more.
-- KEYS 1 the count
-- ARGV 1 how often it may be done, 2 within how many seconds since the first
-- Returns 1 when it may, else 0
local count = redis.call('INCR', KEYS[1])
if count == 1 then redis.call('EXPIRE', KEYS[1], ARGV[2]) end
if count <= tonumber(ARGV[1]) then return 1 end
-- What is refused is not done: else it would have to be given back, too.
redis.call('DECR', KEYS[1])
return 0

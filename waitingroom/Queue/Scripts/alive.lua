-- Takes a part of what an edge knows of who is in line: a bit for each, set for those who are there.
-- KEYS 1 line, 2 the edge's bits
-- ARGV 1 epoch, 2 from which byte, 3 the bytes, 4 for how many seconds they count, should the edge be gone
-- Returns 1, or 0 when the line is absent, of another epoch or of another run of Redis
local line = redis.call('HMGET', KEYS[1], 'epoch', 'run')
if line[1] ~= ARGV[1] or line[2] ~= run_id() then return 0 end
redis.call('SETRANGE', KEYS[2], ARGV[2], ARGV[3])
redis.call('EXPIRE', KEYS[2], ARGV[4])
return 1

-- Tells the leader who is in line, as the edges know it.
-- KEYS 1 who has left, then each edge's bits
-- ARGV 1 from which byte
-- Returns the bytes of who has left, then those of each edge; nothing for an edge that has told nothing
local answer = {}
for i, key in ipairs(KEYS) do answer[i] = redis.call('GETRANGE', key, ARGV[1], -1) end
return answer

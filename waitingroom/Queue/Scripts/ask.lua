-- Keeps how shoppers are called who asked for it; forgets it when there is nothing to keep. What they have been told
-- stays in either case: with how they are called, or else with "told to".
-- KEYS 1 line, 2 asked, 3 places of the tickets' epoch, 4 told to, 5 admitted, 6 forgotten
-- ARGV 1 the line's epoch, 2 how many may ask, 3 seconds for which they are kept, 4 why: "asks"; "lost" when Redis may have
--      lost them: what is there is kept, and everyone of an older epoch looked at once more; "renews" from a browser with
--      another subscription: another way, which was asked for since, is kept; then three each: the place (8 bytes), its
--      number, how it is called ("": forget it)
-- Returns false when the line is absent, of another epoch or of another run of Redis; else for each 1 done, 2 kept as it was,
--   0 too many,
--   or -1 the place waits no more, has its turn now, or was called before it was forgotten; and how long "forgotten" is
local line = redis.call('HMGET', KEYS[1], 'epoch', 'run')
if line[1] ~= ARGV[1] or line[2] ~= run_id() then return false end

-- What has happened before somebody asks is not told: the turn that is now, the shopper learns of by the answer.
local function is_admitted(place)
  return redis.call('HEXISTS', KEYS[5], string.format('%08x%08x', struct.unpack('>I4I4', place))) == 1
end

local answers, kept = {}, false
for i = 5, #ARGV, 3 do
  local place, number, sealed = ARGV[i], ARGV[i + 1], ARGV[i + 2]
  local before, answer = redis.call('HGET', KEYS[2], place), 1
  local told = before or redis.call('HGET', KEYS[4], place) or '\0\0\0\0\0'
  if sealed == '' then
    forget_asked(KEYS[2], KEYS[4], KEYS[6], place)
    -- What this Redis has lost an edge may still remember.
    if not before then note_forgotten(KEYS[6], place) end
  elseif state_of(KEYS[3], number) ~= WAITING or (not before and has_told(string.byte(told), 'C'))
    or (ARGV[4] ~= 'lost' and is_admitted(place)) then
    answer = -1
  elseif not before and redis.call('HLEN', KEYS[2]) >= tonumber(ARGV[2]) then
    answer = 0
  elseif before and ARGV[4] == 'renews' and string.byte(before, 6) < FIRST_PUSH then
    answer = 2
  elseif not before or ARGV[4] ~= 'lost' then
    -- Another edge may remember another way.
    if before then note_forgotten(KEYS[6], place) end
    redis.call('HSET', KEYS[2], place, string.sub(told, 1, 5) .. sealed)
    redis.call('HDEL', KEYS[4], place)
    kept = true
  end
  answers[#answers + 1] = answer
end
if kept then redis.call('EXPIRE', KEYS[2], ARGV[3]) end
if ARGV[4] == 'lost' then redis.call('HSET', KEYS[4], 'scan', '0') end
answers[#answers + 1] = redis.call('STRLEN', KEYS[6])
return answers

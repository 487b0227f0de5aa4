-- Notes what an edge has told; or forgets, with no messages, all who asked, now or after some seconds.
-- KEYS 1 asked, 2 telling, 3 to tell, 4 told to, 5 forgotten
-- ARGV 1 seconds until all is forgotten ("": not), then four each: place, reason and try; "told", "gone" when they
--      can't be told any more, "rejected" when this can't be told them, or "back" when there was no room for it; since when it
--      was known, in ms; how it is called
-- Returns 1
if ARGV[1] == '0' then
  redis.call('DEL', KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5])
elseif ARGV[1] ~= '' then
  redis.call('EXPIRE', KEYS[1], ARGV[1], 'LT')
  redis.call('EXPIRE', KEYS[4], ARGV[1], 'LT')
end
for i = 2, #ARGV, 4 do
  local member = ARGV[i]
  local was_taken, what = redis.call('ZREM', KEYS[2], member) == 1, ARGV[i + 1]
  local value = redis.call('HGET', KEYS[1], string.sub(member, 1, 8))
  -- Who has asked to be called in another way meanwhile is called in that.
  if what == 'back' or (what ~= 'told' and value and string.sub(value, 6) ~= ARGV[i + 3]) then
    -- Where it was: it waits as long as before, and those behind it for it.
    if was_taken and value then
      redis.call('ZADD', KEYS[3], order_of(string.byte(value, 6), string.sub(member, 9, 9), ARGV[i + 2]), member)
    end
  elseif what == 'gone' or string.sub(member, 9, 9) == 'C' then
    -- Of a second try nobody knows whether the first one was heard.
    local untold = what ~= 'told' and string.sub(member, 10) == '1' and string.sub(member, 9, 9)
    forget_asked(KEYS[1], KEYS[4], KEYS[5], string.sub(member, 1, 8), untold)
  end
end
return 1

-- Notes what an edge has told; or forgets, with no messages, all who asked, now or after some seconds.
-- KEYS 1 asked, 2 telling, 3 to tell, 4 told to
-- ARGV 1 seconds until all is forgotten ("": not), then two each: place, reason and try; "told", "gone" when they
--      can't be told any more, or "back" when there was no room for it
-- Returns 1
if ARGV[1] == '0' then
  redis.call('DEL', KEYS[1], KEYS[2], KEYS[3], KEYS[4])
elseif ARGV[1] ~= '' then
  redis.call('EXPIRE', KEYS[1], ARGV[1], 'LT')
  redis.call('EXPIRE', KEYS[4], ARGV[1], 'LT')
end
for i = 2, #ARGV, 2 do
  local member = ARGV[i]
  local was_taken, what = redis.call('ZREM', KEYS[2], member) == 1, ARGV[i + 1]
  if what == 'back' then
    -- Behind what came meanwhile and is as urgent.
    local class = ({ C = 0, P = 1, A = 2, S = 3 })[string.sub(member, 9, 9)]
    if was_taken then redis.call('ZADD', KEYS[3], string.format('%.0f', class * 1e13 + now_ms()), member) end
  elseif what == 'gone' or string.sub(member, 9, 9) == 'C' then
    -- Of a second try nobody knows whether the first one was heard.
    local untold = what == 'gone' and string.sub(member, 10) == '1' and string.sub(member, 9, 9)
    forget_asked(KEYS[1], KEYS[4], string.sub(member, 1, 8), untold)
  end
end
return 1
